// What Swagger UI is given beside its settings. It runs before the page's own start.
addEventListener("DOMContentLoaded", () => {
  const start = window.SwaggerUIBundle;
  window.SwaggerUIBundle = Object.assign(config => start({ ...config, plugins: [quick, examples] }), start);
});

// Its resolver for OpenAPI 3.1 reads the whole document anew for every operation that is opened, a second and more each time.
// All references of ours lead into the same document, so following them is enough; a shape that holds itself stays a reference.
const quick = () => ({
  fn: { resolveSubtree: async (document, path) => ({ spec: followed(path.reduce((at, part) => at?.[part], document), document, []), errors: [] }) },
  statePlugins: { spec: { wrapActions: { parseToJson: (read, system) => text => { try { system.specActions.updateJsonSpec(JSON.parse(text)); } catch { return read(text); } } } } },
});

function followed(value, document, within) {
  if (Array.isArray(value)) return value.map(inner => followed(inner, document, within));
  if (value === null || typeof value !== "object") return value;
  const { $ref: reference, ...own } = value;
  if (typeof reference !== "string") return joined(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, followed(inner, document, within)])));
  if (within.includes(reference)) return value;
  const target = reference.slice(2).split("/").reduce((at, part) => at[part.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  return { ...followed(target, document, [...within, reference]), ...own, $$ref: reference };
}

// A shape that extends another is shown as one.
function joined({ allOf: parts, ...own }) {
  if (!parts) return own;
  const all = [...parts, own];
  return { ...Object.assign({}, ...all), properties: Object.assign({}, ...all.map(part => part.properties)), required: [...new Set(all.flatMap(part => part.required ?? []))] };
}

// The requests that the document shows with an operation: to be opened as they stand, or to be filled in and changed.
const examples = () => ({
  wrapComponents: {
    parameters: (Parameters, { React: { createElement: h, Fragment }, specSelectors, specActions }) => props => {
      const [path, method] = props.pathMethod;
      const shown = specSelectors.specJson().getIn(["paths", path, method, "x-examples"])?.toJS() ?? {};
      const fill = request => {
        const [address, query] = request.split("?");
        const given = new URLSearchParams(query), parts = address.split("/");
        for (const parameter of props.parameters.toJS()) {
          const text = parameter.in === "path" ? decodeURIComponent(parts[path.split("/").indexOf(`{${parameter.name}}`)]) : parameter.in === "query" ? given.get(parameter.name) : null;
          if (text !== null) specActions.changeParam([path, method], parameter.name, parameter.in, parameter.schema.type === "array" ? text.split(",") : text, false);
        }
      };
      return h(Fragment, null, Object.keys(shown).length > 0 && h("div", { className: "opblock-description-wrapper" }, h("div", { className: "renderedMarkdown" }, h("p", null, "Examples"), h("ul", null, Object.entries(shown).map(([name, request]) =>
        h("li", { key: name }, name + ": ", method === "get" ? h("a", { href: request, target: "_blank", rel: "noopener" }, request) : h("code", null, request), " ", h("button", { className: "btn btn-sm", style: { color: "inherit" }, onClick: event => { fill(request); event.target.closest(".opblock").querySelector(".execute")?.scrollIntoView({ block: "center" }); } }, "Fill in")))))), h(Parameters, props));
    },
  },
});

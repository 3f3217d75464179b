using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi.Curation;

/// <summary>One change of the catalogue.</summary>
/// <param name="Seq">Counts the changes from 1, without a gap.</param>
/// <param name="Op">created, updated, merged or deleted.</param>
/// <param name="Revision">The record's revision after it.</param>
/// <param name="Changed">The members that changed; a part of the record that is a record of its own (statements) counts, and leaves the revision as it is.</param>
/// <param name="Successor">Of a merged record: the id it leads to.</param>
public sealed record Change(long Seq, string At, [property: CodeList("change-op")] string Op, string Kind, string Id, long Revision, IReadOnlyList<string> Changed, string? Reason, string? Successor)
{
    /// <summary>With include=record: as it stands now; null when it is gone.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Record { get; init; }
}

/// <summary>A page of the feed.</summary>
/// <param name="Next">The next page; null when there is none yet.</param>
/// <param name="Watermark">Everything up to here has been told: the next question is since=watermark.</param>
public sealed record ChangePage(IReadOnlyList<Change> Items, string? Next, long Watermark);

/// <summary>The change feed: in order, without gaps, with the filters of the lists.</summary>
public sealed class Changes(Database database, Lists lists, RecordWriters writers)
{
    // So long a page may look for changes that fit; it may then be shorter than asked, even empty, and still have a next one.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);
    private const int LookedAtOnce = 1_000;
    private const int Heartbeat = 15_000;
    private static readonly string[] Own = ["since", "kind", "op", "ids", "include", "format"];

    public async Task ListAsync(HttpContext http)
    {
        Conditional.RequireJson(http);
        var question = Read(http, "limit");
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var path = http.Request.Path.ToString();
        var (page, hasMore) = await PageAsync(question, question.Since ?? 0, limit, http.RequestAborted);
        var next = hasMore ? $"{path}?{question.Address}since={page.Watermark}&limit={limit}" : null;
        if (next is not null) http.Response.Headers.Link = $"<{next}>; rel=\"next\"";
        await ShortList.SendAsync(http, database, page with { Next = next });
    }

    /// <summary>Server-sent events: every change as it is committed. Last-Event-ID goes on where a connection broke.</summary>
    public async Task StreamAsync(HttpContext http)
    {
        Conditional.RequireJson(http, ("json", "text/event-stream"));
        var question = Read(http);
        var last = http.Request.Headers["Last-Event-ID"].ToString();
        long since;
        if (last != "") since = long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : throw ProblemException.Parameter("Last-Event-ID", "invalid", "Last-Event-ID is the number of a change.");
        else since = question.Since ?? await database.LookUpAsync(RecordLog.Last, http.RequestAborted);
        // Whatever is wrong with the question is told before the stream begins.
        _ = await PageAsync(question, since, 1, http.RequestAborted);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
        // A browser waits for the first byte before it calls the stream open.
        await http.Response.WriteAsync("retry: 2000\n\n", http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        while (!http.RequestAborted.IsCancellationRequested)
        {
            var commit = database.NextCommit;
            var (text, watermark, hasMore) = await TellAsync(commit, question, since).WaitAsync(http.RequestAborted);
            since = watermark;
            if (!hasMore && text.Length == 0)
            {
                if (await IsDoneAsync(commit, http.RequestAborted)) continue;
                text = StillHere;
            }
            await http.Response.Body.WriteAsync(text, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static readonly byte[] StillHere = ": still here\n\n"u8.ToArray();

    /// <summary>Waits for the commit, at most until a sign of life is due.</summary>
    private static async Task<bool> IsDoneAsync(Task commit, CancellationToken ct)
    {
        // A timer that is not stopped would live on for each commit and each stream.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var isDone = await Task.WhenAny(commit, Task.Delay(Heartbeat, enough.Token)) == commit;
        await enough.CancelAsync();
        return isDone;
    }

    private sealed record Told(byte[] Text, long Watermark, bool HasMore);

    /// <summary>What was told since a commit: a commit wakes every stream, and those that ask the same from the same place share what is made for the first of them.</summary>
    private sealed class Telling(Task commit)
    {
        // Slow readers stand at places of their own; what is made for them need not be kept.
        private const int Most = 64;
        private readonly Dictionary<(string Address, long Since), Task<Told>> _made = [];

        public Task Commit => commit;

        public Task<Told> Get(string address, long since, Func<Task<Told>> make)
        {
            lock (_made)
            {
                if (_made.TryGetValue((address, since), out var made) && !made.IsFaulted && !made.IsCanceled) return made;
                made = Task.Run(make);
                if (_made.Count < Most) _made[(address, since)] = made;
                return made;
            }
        }
    }

    private volatile Telling? _telling;

    /// <param name="commit">The next commit, as it was before this asks: what was made by whoever waits for the same one has all that came before it.</param>
    private Task<Told> TellAsync(Task commit, Question question, long since)
    {
        var telling = _telling;
        // A stream that comes late, with a commit that is done, finds nothing to wait for and asks again.
        if (telling is null || telling.Commit != commit && !commit.IsCompleted) _telling = telling = new Telling(commit);
        // It belongs to no request, so none that ends takes it from the others; the deadline of a read bounds it.
        return telling.Get(question.Address, since, async () =>
        {
            var (page, hasMore) = await PageAsync(question, since, Lists.LargestLimit, CancellationToken.None);
            var text = new StringBuilder();
            foreach (var change in page.Items) text.Append("id: ").Append(change.Seq).Append("\nevent: change\ndata: ").Append(JsonSerializer.Serialize(change, Json.Options)).Append("\n\n");
            // Without data nothing is dispatched, but the reader's place moves over what its filter left out.
            if (page.Watermark > since && (page.Items.Count == 0 || page.Items[^1].Seq < page.Watermark)) text.Append("id: ").Append(page.Watermark).Append("\n\n");
            return new Told(Encoding.UTF8.GetBytes(text.ToString()), page.Watermark, hasMore);
        });
    }

    /// <param name="Lists">The lists whose filters must hold, each for its kind; none when every record fits.</param>
    /// <param name="Ids">As they were given; null for all.</param>
    /// <param name="Rest">The filters.</param>
    private sealed record Question(long? Since, HashSet<Kind> Kinds, HashSet<string> Ops, bool WithRecord, IReadOnlyList<Resource> Lists, IReadOnlyList<string>? Ids, string Address, QueryString Rest);

    private static Question Read(HttpContext http, params string[] more)
    {
        var query = http.Request.Query;
        var (kinds, ops, include) = (QueryText.AnyOf(query, "kind", [.. Kind.Names, "meeting"]), QueryText.AnyOf(query, "op", Words.ChangeOp), QueryText.AnyOf(query, "include", ["record"]));
        long? since = null;
        if (query.TryGetValue("since", out var from)) since = long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : throw ProblemException.Parameter("since", "invalid", "since is the number of a change; 0 is the beginning.");
        // A record that is gone is asked for too, which a list's own ids would refuse.
        string[]? ids = query.TryGetValue("ids", out var given) ? [.. string.Join(',', given.ToArray()).Split(',', StringSplitOptions.TrimEntries).Distinct()] : null;
        if (ids is not null && (ids.Contains("") || ids.Length > Search.Lists.MostValues)) throw ProblemException.Parameter("ids", "invalid", $"ids are 1 to {Search.Lists.MostValues} ids or identifiers, separated by commas.");

        // Whatever is not the feed's own is a filter of each kind that is asked for.
        var names = query.Keys.Where(name => !Own.Contains(name) && !more.Contains(name)).ToList();
        Resource[] asked = [.. CatalogueResources.All.Where(r => kinds.Count == 0 ? r.Always is null : kinds.Contains(r.Always is null ? r.Kind.Name : "meeting"))];
        foreach (var name in names)
            if (Array.Find(asked, r => !IsFilter(r, name)) is { } without) throw NoFilter(name, asked, without, [.. Own, .. more]);
        var rest = QueryString.Create(names.SelectMany(name => query[name].Select(v => KeyValuePair.Create<string, string?>(name, v))));
        var address = string.Concat(query.Where(p => p.Key is not "since" and not "limit").SelectMany(p => p.Value.Select(v => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(v ?? "")}&")));
        return new Question(since, [.. kinds.Select(k => Kind.Named(k)!)], [.. ops], include.Count > 0, names.Count > 0 || kinds.Contains("meeting") ? asked : [], ids, address, rest);
    }

    /// <summary>A change says nothing of how its record was found, so there is nothing to explain.</summary>
    private static bool IsFilter(Resource list, string name) => name != "explain" && list.Spellings.ContainsKey(name);

    /// <summary>A filter that one of the kinds does not have would leave that kind out silently.</summary>
    private static ProblemException NoFilter(string name, Resource[] asked, Resource without, string[] own)
    {
        string[] common = [.. own, .. asked.Select(r => r.Spellings.Keys.AsEnumerable()).Aggregate((a, b) => a.Intersect(b)).Where(spelling => !own.Contains(spelling) && IsFilter(asked[0], spelling)).Order(StringComparer.Ordinal)];
        string[] having = [.. CatalogueResources.All.Where(r => r.Always is null && !own.Contains(name) && IsFilter(r, name)).Select(r => r.Kind.Name)];
        var nearest = Folding.Nearest(name, common);
        return having.Length == 0
            ? ProblemException.Parameter(name, "unknown-parameter", $"There is no parameter '{name}' here.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}", common, nearest)
            : ProblemException.Parameter(name, "needs-another", $"'{name}' is no filter of {without.Path.Replace('-', ' ')}. It is one of the kinds {string.Join(", ", having)}: ask for those alone, such as kind={having[0]}, or for each kind by itself.", common);
    }

    /// <summary>What the filters ask of each kind.</summary>
    private List<(Resource List, IReadOnlyList<Condition> Conditions)> Conditions(Reader reader, Question question)
    {
        var (found, refused) = (new List<(Resource, IReadOnlyList<Condition>)>(), (ProblemException?)null);
        foreach (var list in question.Lists)
            try
            {
                // The list reads its own filters from what is left of the address.
                found.Add((list, lists.Read(list, ListRequest.Of(list, question.Rest), reader).Conditions));
            }
            catch (ProblemException problem) when (problem.Code == ProblemCode.InvalidRequest)
            {
                // A word that one kind knows and another does not finds nothing of the other; one that none knows is refused.
                refused ??= problem;
            }
        return found.Count > 0 || refused is null ? found : throw refused;
    }

    /// <summary>The records that ids name, living or gone; of a merged one the successor too.</summary>
    private static HashSet<long> References(Reader reader, Question question)
    {
        var references = new HashSet<long>();
        IReadOnlyCollection<Kind> kinds = question.Kinds.Count > 0 ? question.Kinds : Kind.All;
        foreach (var id in question.Ids!)
        {
            var named = kinds.SelectMany(kind => new[] { RecordLookup.RefOf(reader, kind, id), RecordLookup.Find(reader, kind, id)?.Ref }).OfType<long>().ToList();
            if (named.Count == 0)
                throw ProblemException.Parameter("ids", "unknown-value", $"There is no {(question.Kinds.Count == 1 ? question.Kinds.First().Name : "record")} '{id}', and there never was.");
            references.UnionWith(named);
        }
        return references;
    }

    private async Task<(ChangePage Page, bool HasMore)> PageAsync(Question question, long since, int limit, CancellationToken ct)
    {
        (ChangePage, bool) Read(Reader reader) => Page(reader, question, since, limit, Conditions(reader, question), question.Ids is null ? null : References(reader, question));
        return question.Lists.Count == 0 ? await database.ReadAsync(Read, ct) : await database.ReadHeavyAsync(Read, ct);
    }

    private sealed record Row(long Seq, long Ref, long Revision, int Op, long At, string? Members, long? Until);

    private (ChangePage, bool) Page(Reader reader, Question question, long since, int limit, List<(Resource List, IReadOnlyList<Condition> Conditions)> filters, HashSet<long>? references)
    {
        var found = new List<Row>();
        var (watermark, last, watch) = (since, RecordLog.Last(reader), Stopwatch.StartNew());
        // Whoever follows another catalogue than before would wait for ever, and never hear of what came until then.
        if (since > last) throw ProblemException.Parameter("since", "out-of-range", $"The last change is {last}, so there is no {since} to go on from. If the catalogue was replaced by an older one, begin with since=0.");
        var (low, high) = question.Kinds is { Count: 1 } one ? one.First().Refs : (0, long.MaxValue);
        while (found.Count < limit && watermark < last && watch.Elapsed < Longest)
        {
            var block = Block(reader, watermark, low, high);
            var fitting = block.Where(r => (question.Kinds.Count == 0 || question.Kinds.Contains(Kind.OfRef(r.Ref))) && (question.Ops.Count == 0 || question.Ops.Contains(Words.ChangeOp[r.Op - 1])) && references?.Contains(r.Ref) != false).ToList();
            if (question.Lists.Count > 0)
            {
                var matching = filters.SelectMany(f => Matching(reader, f.List, f.Conditions, fitting.FindAll(r => Kind.OfRef(r.Ref) == f.List.Kind))).ToHashSet();
                fitting.RemoveAll(r => !matching.Contains(r.Seq));
            }
            var taken = fitting.Take(limit - found.Count).ToList();
            found.AddRange(taken);
            // A page that is full ends at its last item; what comes after it has not been told.
            watermark = found.Count == limit ? found[^1].Seq : block.Count < LookedAtOnce ? last : block[^1].Seq;
        }
        return (new ChangePage([.. found.Select(row => Show(reader, row, question.WithRecord))], null, watermark), watermark < last);
    }

    private static List<Row> Block(Reader reader, long since, long low, long high)
    {
        var block = new List<Row>(LookedAtOnce);
        var rows = reader.Kept("SELECT seq, ref, revision, op, at, members, until FROM changes WHERE seq > ? AND ref BETWEEN ? AND ? ORDER BY seq LIMIT ?").Bind(since).Bind(low).Bind(high).Bind((long)LookedAtOnce);
        while (rows.Step()) block.Add(new Row(rows.Int64(0), rows.Int64(1), rows.Int64(2), (int)rows.Int64(3), rows.Int64(4), rows.TextOrNull(5), rows.Int64OrNull(6)));
        return block;
    }

    /// <summary>Those whose record fulfils the conditions before or after the change: so a mirror hears of what leaves its filter.</summary>
    /// <returns>Their numbers.</returns>
    private HashSet<long> Matching(Reader reader, Resource resource, IReadOnlyList<Condition> conditions, List<Row> rows)
    {
        if (conditions.Count == 0) return [.. rows.Select(r => r.Seq)];
        var matching = new HashSet<long>();
        // As it stands now: looked for in the catalogue itself.
        var current = new Dictionary<long, List<Row>>();
        var past = new List<(Row Row, long Revision, long Time)>();
        foreach (var row in rows)
        {
            var revision = RecordLog.Current(reader, row.Ref);
            if (row.Op <= 2 && row.Revision == revision)
            {
                if (RecordLookup.KeyOf(reader, row.Ref) is { } key) (current.TryGetValue(key, out var same) ? same : current[key] = []).Add(row);
            }
            else if (row.Op <= 2) past.Add((row, row.Revision, row.At));
            if (row.Op > 1) past.Add((row, row.Members is null ? row.Revision - 1 : row.Revision, row.Until ?? row.At - 1));
        }
        if (current.Count > 0)
            new KeyWalk(reader, resource.Kind, [.. conditions, new InKeys([.. current.Keys])]).Run("", false, null, int.MaxValue, hit =>
            {
                foreach (var row in current[hit.Int64(0)]) matching.Add(row.Seq);
                return true;
            });
        past.RemoveAll(p => matching.Contains(p.Row.Seq));
        if (past.Count > 0) matching.UnionWith(Past(reader, resource, conditions, past));
        return matching;
    }

    /// <summary>As it stood then: made again from the log, into a catalogue in memory that is asked the same question.</summary>
    private HashSet<long> Past(Reader reader, Resource resource, IReadOnlyList<Condition> conditions, List<(Row Row, long Revision, long Time)> versions)
    {
        using var scratch = new Scratch();
        var store = new DerivedStore(scratch, 0);
        var rows = new Dictionary<long, long>();
        var others = new Dictionary<TestOfOthers, List<long>>(ReferenceEqualityComparer.Instance);
        _ = TestOfOthers.Settle(conditions, test => new InKeys(others[test] = []));
        PastSession? session = null;
        var (sessionTime, number) = (0L, 0L);
        // Keys that were asked for are those of the catalogue; here every version has a number of its own.
        var asked = conditions.OfType<InKeys>().Select(c => (c.Not, Refs: c.Keys.Select(k => RefOf(reader, resource.Kind, k)).ToHashSet())).ToList();
        foreach (var (row, revision, time) in versions)
        {
            if (asked.Exists(a => a.Refs.Contains(row.Ref) == a.Not)) continue;
            if (RecordLog.At(reader, row.Ref, revision) is not { } then) continue;
            // What it referred to was there when it was written, though that may be the same instant.
            var known = Math.Max(time, then.At);
            if (session is null || sessionTime != known) (session, sessionTime) = (new PastSession(reader, writers, known), known);
            session.Forget();
            var derived = session.Answer(row.Ref, then.Record, revision, then.At);
            var holding = others.Where(o => o.Key.Holds(session, derived)).Select(o => o.Value).ToList();
            derived.As(resource.Kind.Ref(++number)).Write(store);
            rows[derived.Ref] = row.Seq;
            foreach (var keys in holding) keys.Add(derived.Key);
        }
        store.Flush();
        var found = new HashSet<long>();
        new KeyWalk(scratch, resource.Kind, TestOfOthers.Settle([.. conditions.Where(c => c is not InKeys)], test => new InKeys(others[test]))).Run(", a.ref", false, null, int.MaxValue, hit =>
        {
            found.Add(rows[hit.Int64(1)]);
            return true;
        });
        return found;
    }

    private static long RefOf(Reader reader, Kind kind, long key) => kind == Kind.Event ? reader.Kept("SELECT ref FROM answers WHERE key = ?").Bind(key).Scalar() ?? 0 : key;

    private static Change Show(Reader reader, Row row, bool withRecord)
    {
        var kind = Kind.OfRef(row.Ref);
        var id = RecordLookup.IdOf(reader, row.Ref);
        IReadOnlyList<string> changed = [];
        string? reason = null, successor = null;
        if (row.Members is not null) changed = JsonSerializer.Deserialize<string[]>(row.Members)!;
        else
        {
            var log = reader.Kept("SELECT changed, reason FROM revisions WHERE ref = ? AND revision = ?").Bind(row.Ref).Bind(row.Revision);
            if (log.Step())
            {
                (changed, reason) = (JsonSerializer.Deserialize<string[]>(log.Text(0))!, log.TextOrNull(1));
                log.Reset();
            }
        }
        if (row.Op == 3 && reader.Kept("SELECT into_ref FROM unmerged WHERE from_ref = ?1 AND at <= ?2 AND until > ?2 UNION ALL SELECT into_ref FROM merged WHERE from_ref = ?1 AND at <= ?2 LIMIT 1").Bind(row.Ref).Bind(row.At).Scalar() is { } into)
            successor = RecordLookup.IdOf(reader, into);
        return new Change(row.Seq, Json.Instant(row.At), Words.ChangeOp[row.Op - 1], kind.Name, id, row.Revision, changed, reason, successor) { Record = withRecord ? Record(reader, row.Ref) : null };
    }

    private static JsonNode? Record(Reader reader, long reference)
    {
        if (RecordLookup.KeyOf(reader, reference) is not { } key) return null;
        var row = reader.Kept("SELECT item, rest FROM answers WHERE key = ?").Bind(key);
        if (!row.Step()) return null;
        var record = JsonNode.Parse(View.Whole(row.Blob(0), row.Blob(1)));
        row.Reset();
        return record;
    }
}

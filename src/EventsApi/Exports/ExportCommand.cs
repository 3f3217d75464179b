using System.CommandLine;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi.Exports;

/// <summary>export RESOURCE</summary>
internal static class ExportCommand
{
    public static Command Make()
    {
        Argument<string> resource = new("RESOURCE") { Description = "events, meetings, actors … as in the paths of the API, or catalogue for everything." };
        Option<string> format = new("--format") { Description = "ndjson, csv, geojson, ics, atom or jsonld.", HelpName = "F", DefaultValueFactory = _ => "ndjson" };
        var command = new Command("export", "Write a list. Its filters are options (--country KWT) or words (country=KWT). The catalogue as NDJSON can be imported again.") { resource, format, Commands.Output, Commands.Catalogue, Commands.AsJson };
        command.TreatUnmatchedTokensAsErrors = false;
        return Commands.Does(command, async (running, call) =>
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            void Show(string done, long count, long? of)
            {
                running.Show($"{done}, {count / watch.Elapsed.TotalSeconds:N0} a second{(of is { } total && count > 0 ? $", {TimeSpan.FromSeconds(Math.Max(0, total - count) * watch.Elapsed.TotalSeconds / count):hh\\:mm\\:ss} left" : "")}");
            }
            await using var into = new TextStream(running.Out);
            try
            {
                if (call.GetValue(resource) == "catalogue")
                {
                    if (call.GetValue(format) != "ndjson" || call.UnmatchedTokens.Count > 0) throw ProblemException.Parameter("format", "conflict", "The catalogue is exported whole, as ndjson, without filters.");
                    await new CatalogueExport(running.Services.GetRequiredService<Database>()).WriteAsync(into, (done, of) => Show($"{done:N0} of {of:N0}", done, of), running.Left);
                }
                else await ListExport.WriteAsync(running.Services, call.GetValue(resource)!, call.GetValue(format)!, call.UnmatchedTokens, into, (rows, of) => Show(of is null ? $"{rows:N0} bytes" : $"{rows:N0} of {of:N0}", rows, of), running.IsTerminal, running.Left);
                return 0;
            }
            catch (ProblemException problem) when (problem.Code == ProblemCode.InvalidRequest || problem.Code == ProblemCode.NotAcceptable)
            {
                foreach (var error in problem.Errors ?? [new ProblemError("", problem.Message)])
                    running.Error.WriteLine($"{error.Message}{(error.Allowed is null || error.DidYouMean is not null ? "" : $" Legal: {string.Join(", ", error.Allowed)}.")}");
                return 2;
            }
            finally
            {
                running.Show(null);
            }
        });
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;

namespace EventsApi.Curation;

/// <summary>What became of a batch.</summary>
/// <param name="Items">One for each record that was added.</param>
/// <param name="Errors">What was wrong with lines that were left out; only with onError=skip.</param>
public sealed record BatchReport(int Read, int Created, int Rejected, IReadOnlyList<BatchItem> Items, IReadOnlyList<ProblemError> Errors);

/// <param name="Line">Counted from 1.</param>
public sealed record BatchItem(int Line, string Id, string Href);

/// <summary>Adds many records at once: NDJSON, all or nothing, or without the lines that are wrong.</summary>
public sealed class Batches(Requests requests, Edits edits, RecordWriters writers)
{
    private const int MostLines = 10_000, Largest = 64 << 20;
    // Every bad line is told, up to an answer that somebody can still read.
    private const int MostErrors = 1_000;
    // Each round writes all lines anew while every other writer waits: a long chain of lines that hang on a wrong one must not go on for minutes.
    private const int MostRounds = 10;

    public async Task AnswerAsync(HttpContext http, Resource resource)
    {
        Singles.CheckParameters(http, "onError");
        string[] ways = ["fail", "skip"];
        var onError = QueryText.OneOf(http.Request.Query, "onError", ways) ?? "fail";
        var body = await JsonBody.ReadAsync(http, JsonBody.Lines, Largest);

        var errors = new List<ProblemError>();
        var lines = Lines(body, resource, errors);
        if (onError == "fail" && errors.Count > 0) throw Failed(errors);
        if (lines.Count == 0 && errors.Count == 0) throw new ProblemException(ProblemCode.InvalidRequest, "The body holds no line; send one JSON object a line.", [new ProblemError("required", "Send at least one line.") { Pointer = "" }]);
        await requests.AnswerAsync(http, body, session => Add(session, resource, lines, errors, onError == "skip"));
    }

    private List<(int Line, RecordInput Input)> Lines(byte[] body, Resource resource, List<ProblemError> errors)
    {
        var lines = new List<(int, RecordInput)>();
        var (start, number) = (0, 0);
        while (start < body.Length)
        {
            var length = body.AsSpan(start).IndexOf((byte)'\n');
            var line = body.AsSpan(start, length < 0 ? body.Length - start : length).Trim(" \t\r"u8);
            start = length < 0 ? body.Length : start + length + 1;
            number++;
            if (number == 1 && line.StartsWith("\uFEFF"u8)) line = line[3..];
            if (line.IsEmpty) continue;
            if (lines.Count + errors.Count >= MostLines) throw new ProblemException(ProblemCode.TooLarge, $"A batch has at most {MostLines:N0} lines; send the rest in another.");
            try
            {
                lines.Add((number, edits.Read(resource, line.ToArray())));
            }
            catch (ProblemException problem)
            {
                Note(errors, number, problem);
            }
        }
        return lines;
    }

    private Written Add(WriteSession session, Resource resource, List<(int Line, RecordInput Input)> lines, IReadOnlyList<ProblemError> unread, bool skip)
    {
        var writer = writers[resource.Kind];
        // A job can be run again, alone, when its group fails; it must begin as it did.
        var errors = unread.ToList();
        var read = lines.Count + errors.Select(e => e.Line).Distinct().Count();
        // A line can be wrong because of another one that it refers to; each round leaves out what the one before found.
        var left = lines;
        for (var round = 1; ; round++)
        {
            session.Writer.Kept("SAVEPOINT batch").Run();
            var (added, wrong) = (new List<(int Line, Known Known)>(), new HashSet<int>());
            foreach (var (line, input) in left) Try(line, () => added.Add((line, writer.Add(session, input))));
            foreach (var (line, _) in added.Where(a => !wrong.Contains(a.Line))) Try(line, session.FinishNext);
            if (wrong.Count == 0)
            {
                session.Writer.Kept("RELEASE batch").Run();
                var report = new BatchReport(read, added.Count, read - added.Count, [.. added.Select(a => new BatchItem(a.Line, a.Known.Id, a.Known.Kind.Href(a.Known.Id)))], [.. errors.OrderBy(e => e.Line).Take(MostErrors)]);
                return new Written { Body = JsonSerializer.SerializeToUtf8Bytes(report, Json.Options) };
            }
            session.Writer.Kept("ROLLBACK TO batch").Run();
            session.Writer.Kept("RELEASE batch").Run();
            session.Unwrite();
            if (!skip) throw Failed(errors);
            if (round == MostRounds)
                throw new ProblemException(ProblemCode.BrokenRules, "Too many lines refer to wrong ones, one through the other; nothing was written. Correct those that are named, and send the batch again.", [.. errors.OrderBy(e => e.Line).Take(MostErrors)]);
            left = [.. left.Where(l => !wrong.Contains(l.Line))];

            void Try(int line, Action work)
            {
                try
                {
                    work();
                }
                catch (ProblemException problem)
                {
                    Note(errors, line, problem);
                    wrong.Add(line);
                }
            }
        }
    }

    private static void Note(List<ProblemError> errors, int line, ProblemException problem) =>
        errors.AddRange((problem.Errors is { Count: > 0 } told ? told : [new ProblemError(problem.Code.Code, problem.Message) { Pointer = "" }]).Select(e => e with { Line = line }));

    private static ProblemException Failed(List<ProblemError> errors)
    {
        var lines = errors.Select(e => e.Line).Distinct().Count();
        return new ProblemException(ProblemCode.BrokenRules, $"{(lines == 1 ? "One line is" : $"{lines} lines are")} wrong; nothing was written. onError=skip writes the others.", [.. errors.OrderBy(e => e.Line).Take(MostErrors)]);
    }
}

using System.Globalization;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Storage;

namespace EventsApi.Curation;

/// <summary>The history of one record: its writes, the record as it was after each, and going back to one.</summary>
public sealed class Revisions(Database database, Requests requests, RecordWriters writers)
{
    public async Task ListAsync(HttpContext http, Resource resource, string id)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "limit", "cursor", "format");
        var limit = ShortList.Whole(http, "limit", Lists.DefaultLimit, 1, Lists.LargestLimit);
        var before = ShortList.Whole(http, "cursor", int.MaxValue, 1, int.MaxValue);
        await ShortList.SendAsync(http, database, await database.ReadAsync(reader =>
        {
            var reference = Reference(reader, resource, id);
            var items = RecordLog.Read(reader, reference, before, limit + 1);
            var next = items.Count > limit ? items[limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null;
            var path = http.Request.Path.ToString();
            return new Page<Revision>([.. items.Take(limit)])
            {
                Total = new TotalCount(RecordLog.Count(reader, reference), "eq"), Cursor = next, Next = next is null ? null : $"{path}?limit={limit}&cursor={next}",
                Query = new QueryEcho($"Revisions of {id}, newest first", path),
            };
        }, http.RequestAborted));
    }

    /// <summary>The record as it was after a write, with what it shows of others as they were then.</summary>
    public async Task GetAsync(HttpContext http, Resource resource, string id, long number)
    {
        Conditional.RequireJson(http);
        Singles.CheckParameters(http, "fields", "lang", "format");
        var view = new View(http, resource, resource.Single);
        var body = await database.ReadHeavyAsync(reader =>
        {
            var reference = Reference(reader, resource, id);
            var (record, at) = RecordLog.At(reader, reference, number) ?? throw Missing(reader, reference, id, number);
            view.Past = new PastSession(reader, writers, at);
            var then = view.Past.Answer(reference, record, number, at);
            return view.Show(reader, resource.Kind.Name, then.Item, then.Rest, single: true);
        }, http.RequestAborted);
        await ShortList.SendAsync(http, database, body);
    }

    /// <summary>Writes the record as it was after a write again, as a new one.</summary>
    public async Task RevertAsync(HttpContext http, Resource resource, string id, long number)
    {
        Singles.CheckParameters(http);
        await requests.AnswerAsync(http, [], session =>
        {
            var known = Edits.Require(http, session, resource, id);
            var (record, _) = RecordLog.At(session.Writer, known.Ref, number) ?? throw Missing(session.Writer, known.Ref, id, number);
            var writer = writers[resource.Kind];
            writer.Replace(session, known, writer.Read(record));
            return Written.Of(session, resource, known, StatusCodes.Status200OK);
        });
    }

    /// <summary>The record that the path names, also when it is gone: its history stays.</summary>
    private static long Reference(Connection connection, Resource resource, string id) =>
        RecordLookup.RefOf(connection, resource.Kind, id) is { } reference && RecordLog.Current(connection, reference) is null ? reference : Singles.Require(connection, resource, id).Ref;

    private static ProblemException Missing(Connection connection, long reference, string id, long number)
    {
        var count = RecordLog.Count(connection, reference);
        return number >= 1 && number <= count ? new ProblemException(ProblemCode.Gone, $"With revision {number} '{id}' was deleted or merged; the record as it was before has revision {number - 1}.")
            : new ProblemException(ProblemCode.NotFound, $"'{id}' has the revisions 1 to {count}, not {number}.");
    }
}

using System.Diagnostics;
using System.Text;
using EventsApi.Events;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EventsApi.Benchmarks;

/// <summary>The yardstick of scripts/bench write: the rows of events, made beforehand, put into the same tables, indexes and full text by a bare loop, so many in each transaction.</summary>
internal static class BareWrites
{
    /// <summary>What both sides write: a coded event with two participants, a place, a topic and a text.</summary>
    public static string Body(long number) =>
        $$"""{"type":"consult","modes":["visit"],"title":"Delegation {{number}} discusses maritime security and energy routes","summary":"Officials met for talks on maritime security, energy routes and the training of crews; a second round is planned for the spring, when experts of both sides report what the joint working group found out about undersea cables and ports.","date":"20{{10 + number % 15}}-0{{1 + number % 9}}-1{{number % 10}}","location":"kuwait","participants":[{"actor":"nato","roles":["initiator","visitor"]},{"actor":"kuwait","roles":["recipient","host"]}],"topics":[{"id":"regional-security"}]}""";

    private static Microsoft.AspNetCore.Builder.WebApplication Open(string file) =>
        Server.Build(new() { ["Catalogue:Path"] = file, ["Catalogue:Create"] = "true", ["Catalogue:DeadlineMilliseconds"] = "600000", ["Logging:LogLevel:Default"] = "Warning" });

    /// <summary>Rows a second.</summary>
    public static async Task<double> RunAsync(string file, int rows, int group)
    {
        // Made and closed first: what follows a first load (its log moves into the file) is nobody's writing speed.
        await using (var first = Open(file)) await Server.PrepareAsync(first);
        await using var app = Open(file);
        var (database, writers) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<RecordWriters>());
        var writer = writers[Kind.Event];
        var last = await database.LookUpAsync(reader => reader.Kept("SELECT max(ref) FROM records WHERE kind = 0").Scalar()!.Value);
        const int Slice = 2_000;
        // Warms what the clock should not see.
        await WriteAsync(await MakeAsync(0, Slice));
        var watch = new Stopwatch();
        for (var done = Slice; done < rows; done += Slice)
        {
            // Made in slices, off the clock: all at once they would keep the collector busy.
            var made = await MakeAsync(done, Math.Min(Slice, rows - done));
            GC.Collect();
            watch.Start();
            await WriteAsync(made);
            watch.Stop();
        }
        return (rows - Slice) / watch.Elapsed.TotalSeconds;

        Task<List<(string Json, Derived Derived)>> MakeAsync(int from, int count) => database.ReadHeavyAsync(reader =>
        {
            var session = new PastSession(reader, writers, long.MaxValue / 2);
            return Enumerable.Range(from + 1, count).Select(n =>
            {
                var input = writer.SettleReferences(session, writer.Read(Encoding.UTF8.GetBytes(Body(n))));
                var json = Json.Kept(input).ToJsonString(Json.Compact);
                session.Fix(last + n, Encoding.UTF8.GetBytes(json));
                var derived = session.Describe(last + n, new Head(1, 1_700_000_000_000, 1_700_000_000_000));
                derived.Prepare();
                return (json, derived);
            }).ToList();
        });

        async Task WriteAsync(List<(string Json, Derived Derived)> some)
        {
            foreach (var chunk in some.Chunk(group))
                await database.WriteAsync(w =>
                {
                    var store = new DerivedStore(w, w.Now);
                    foreach (var (json, derived) in chunk)
                    {
                        w.Kept("INSERT INTO records(ref, kind, id, word, name, record, revision, created_at, updated_at) VALUES (?, 0, NULL, 'event', NULL, ?, 1, ?, ?)").Bind(derived.Ref).Bind(json).Bind(w.Now).Bind(w.Now).Run();
                        w.Kept("INSERT INTO changes(ref, revision, op, at) VALUES (?, 1, 1, ?)").Bind(derived.Ref).Bind(w.Now).Run();
                        w.Kept("INSERT INTO revisions(ref, revision, at, author, reason, changed, replaced) VALUES (?, 1, ?, 'bare', NULL, '[]', '')").Bind(derived.Ref).Bind(w.Now).Run();
                        derived.Write(store);
                    }
                    store.Flush();
                    return chunk.Length;
                });
        }
    }
}

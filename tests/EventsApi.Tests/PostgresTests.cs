using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EventsApi.Access;
using EventsApi.Storage;
using Npgsql;
using static EventsApi.Tests.Importing;

namespace EventsApi.Tests;

/// <summary>A program on a PostgreSQL database that others may have open too.</summary>
/// <param name="file">Where the catalogue lies, without a connection.</param>
/// <param name="lag">Milliseconds that a standby may be behind.</param>
public sealed class SharedApi(string connection, string? file = null, int lag = 1_000) : TestApi
{
    protected override string Seed => "none";

    protected override bool IsAlone => false;

    protected override IReadOnlyDictionary<string, string?> Settings => file is null ? base.Settings : new Dictionary<string, string?> { ["Catalogue:Path"] = file };

    protected override IEnumerable<KeyValuePair<string, string?>> Engine => [KeyValuePair.Create("Catalogue:Connection", (string?)connection), KeyValuePair.Create("Catalogue:StandbyLagMilliseconds", (string?)$"{lag}")];
}

/// <summary>What only a server can do: several processes on one catalogue, and another server when the first is lost.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class PostgresTests
{
    private static async Task<SharedApi> StartAsync(string connection, string? file = null)
    {
        var api = new SharedApi(connection, file);
        await api.InitializeAsync();
        return api;
    }

    private static async Task OnTwoAsync(Func<SharedApi, SharedApi, Task> test)
    {
        var connection = TestEngine.NewCatalogue();
        var (one, other) = (await StartAsync(connection), await StartAsync(connection));
        try
        {
            await test(one, other);
        }
        finally
        {
            await one.DisposeAsync();
            await other.DisposeAsync();
        }
    }

    private static async Task<long[]> SequenceAsync(TestApi api)
    {
        var numbers = new List<long>();
        for (var since = 0L; ;)
        {
            var page = await api.GetAsync($"/v1/changes?since={since}&limit=200");
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("seq").GetInt64()));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null) return [.. numbers];
            since = page.GetProperty("watermark").GetInt64();
        }
    }

    [FactWithPostgres]
    public async Task The_check_may_be_shared_among_workers_of_the_server()
    {
        // As the server does by itself where there is much to check.
        var api = await StartAsync(TestEngine.NewCatalogue() + ";Options=-c force_parallel_mode=on");
        try
        {
            await (await Corner.OfAsync(api)).EventAsync();
            await api.IsSoundAsync();
        }
        finally
        {
            await api.DisposeAsync();
        }
    }

    [FactWithPostgres]
    public Task Two_processes_write_one_catalogue_and_its_changes_have_no_gap() => OnTwoAsync(async (one, other) =>
    {
        // A key of the one is known to the other.
        var key = await one.KeyAsync(Role.Editor);
        Assert.NotEmpty(key);
        var ids = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (n, _) =>
        {
            var written = await (n % 2 == 0 ? one : other).WrittenAsync("POST", "/v1/events", new { type = "consult", title = $"Round {n} of the talks" });
            ids.Add(written.Text("id")!);
        });

        Assert.Equal(60, ids.Distinct().Count());
        foreach (var api in (TestApi[])[one, other])
        {
            Assert.Equal(60, await api.CountAsync("/v1/events?q=talks"));
            var sequence = await SequenceAsync(api);
            Assert.Equal(Enumerable.Range(1, sequence.Length).Select(n => (long)n), sequence);
        }
        await one.IsSoundAsync();
    });

    /// <summary>A process of its own that answers requests on the catalogue, as soon as it does.</summary>
    private static async Task<(Process Process, HttpClient Client)> ServeAsync(string connection, string file, string key)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var root = $"http://{free.LocalEndpoint}";
        free.Stop();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EventsApi.dll"), "serve", "--urls", root, "--catalogue", file, "--seed", "none"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Catalogue__Connection"] = connection;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var client = new HttpClient { BaseAddress = new Uri(root), DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
        await Asking.SoonAsync(async () =>
        {
            try
            {
                return (await client.GetAsync("/readyz")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, "The process does not answer.", TimeSpan.FromMinutes(1));
        return (process, client);
    }

    [FactWithPostgres]
    public async Task An_import_whose_process_is_killed_is_seen_by_the_others_and_goes_on_with_its_process()
    {
        const int Rows = 4_000;
        var folder = Directory.CreateTempSubdirectory("events-");
        var connection = TestEngine.NewCatalogue();
        var other = await StartAsync(connection);
        var (process, client) = await ServeAsync(connection, Path.Combine(folder.FullName, "c.db"), await other.KeyAsync(Role.Editor));
        try
        {
            using var accepted = await client.PostAsync("/v1/imports?format=gdelt&filename=a.export.CSV", new ByteArrayContent(Encoding.UTF8.GetBytes(Lines(Enumerable.Range(0, Rows).Select(_ => Gdelt(NextId()))))));
            Assert.True(accepted.StatusCode == HttpStatusCode.Accepted, await accepted.Content.ReadAsStringAsync());
            var location = accepted.Headers.Location!.OriginalString;

            // Who asks elsewhere is told how far it has come.
            await Asking.SoonAsync(async () => (await other.GetAsync(location)) is var import && import.Text("status") == "running" && import.At("counts.created").GetInt64() > 0, "The other process does not see it go on.", TimeSpan.FromMinutes(1));
            process.Kill();
            process.WaitForExit();
            var left = await other.GetAsync(location);
            Assert.Equal("running", left.Text("status"));
            var made = left.At("counts.created").GetInt64();
            Assert.InRange(made, 1, Rows - 1);
            // What it told is there, and the others go on as they did.
            Assert.Equal(made, await other.CountAsync("/v1/events"));
            await other.WrittenAsync("POST", "/v1/topics", new { label = "Meanwhile" });
            Assert.Equal("running", (await other.GetAsync(location)).Text("status"));

            client.Dispose();
            process.Dispose();
            // The file lies with its process, which goes on from there.
            (process, client) = await ServeAsync(connection, Path.Combine(folder.FullName, "c.db"), await other.KeyAsync(Role.Editor));
            (await other.EndOfAsync(location)).Is("done", $"{Rows} {Rows} 0 0 0 0");
            Assert.Equal(Rows, await other.CountAsync("/v1/events"));
            await other.IsSoundAsync();
        }
        finally
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
            client.Dispose();
            await other.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    [FactWithPostgres]
    public Task Who_writes_by_an_old_revision_is_refused_whichever_process_takes_it() => OnTwoAsync(async (one, other) =>
    {
        var id = (await one.WrittenAsync("POST", "/v1/topics", new { label = "Zero" })).Text("id")!;
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (n, ct) =>
        {
            var api = n % 2 == 0 ? one : other;
            using var read = await api.Client.GetAsync($"/v1/topics/{id}", ct);
            using var written = await api.WriteAsync("PATCH", $"/v1/topics/{id}", new { label = $"Label {n}" }, read.Headers.ETag!.ToString());
            Assert.True(written.StatusCode is HttpStatusCode.OK or HttpStatusCode.PreconditionFailed, written.StatusCode.ToString());
            if (written.StatusCode == HttpStatusCode.OK) Interlocked.Increment(ref done);
        });

        Assert.True(done > 0);
        Assert.Equal(done + 1, (await other.GetAsync($"/v1/topics/{id}")).GetProperty("revision").GetInt64());
    });

    [FactWithPostgres]
    public Task What_is_sent_twice_to_different_processes_is_done_once() => OnTwoAsync(async (one, other) =>
    {
        var key = await one.KeyAsync(Role.Editor);
        var locations = await Task.WhenAll(((TestApi[])[one, other, one, other]).Select(async api =>
        {
            // The same caller, through either process.
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/topics") { Content = new StringContent("""{"label": "Only once"}""", System.Text.Encoding.UTF8, "application/json") };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
            request.Headers.TryAddWithoutValidation("Idempotency-Key", "once-for-both");
            using var response = await api.Client.SendAsync(request);
            // One that finds the first still at work is told to come back.
            Assert.True(response.StatusCode is HttpStatusCode.Created or HttpStatusCode.Conflict, response.StatusCode.ToString());
            return response.Headers.Location?.ToString();
        }));

        Assert.Single(locations.OfType<string>().Distinct());
        Assert.Equal(1, await other.CountAsync("/v1/topics?q=once"));
    });

    [FactWithPostgres]
    public Task A_stream_of_one_process_tells_what_the_other_wrote() => OnTwoAsync(async (one, other) =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/changes/stream");
        using var response = await other.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var told = Task.Run(async () =>
        {
            while (await lines.ReadLineAsync() is { } line)
                if (line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("topic", StringComparison.Ordinal)) return line;
            return null;
        });

        var id = (await one.WrittenAsync("POST", "/v1/topics", new { label = "Told at once" })).Text("id")!;

        Assert.Contains(id, await told.WaitAsync(TimeSpan.FromSeconds(10)));
        // And an answer that was kept for the version before is not given for this one.
        Assert.Equal(1, await other.CountAsync("/v1/topics?q=told"));
    });

    [FactWithPostgres]
    public void What_a_writer_leaves_to_wait_is_done_before_what_could_see_it()
    {
        using var engine = new PostgresEngine(new CatalogueOptions { Connection = TestEngine.NewCatalogue() + ";Pooling=false" });
        using var link = engine.OpenWriter();
        link.BeginWrite();
        void Do(string sql, params object?[] values) => link.Prepare(sql).BindAll(values).Run();
        long Count(string of) => link.Prepare($"SELECT count(*) FROM {of}").Scalar()!.Value;

        // Rows of one table by way of others, and of one that belongs to another.
        for (var n = 1L; n <= 5; n++)
        {
            Do("INSERT INTO records(ref, kind, id, record, revision, created_at, updated_at) VALUES (?, 3, ?, '{}', 1, 0, 0)", n, $"r{n}");
            Do("INSERT INTO identifiers(scheme, identifier, ref) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", "of", $"i{n}", n);
            Do("INSERT INTO changes(ref, revision, op, at) VALUES (?, 1, 0, ?)", n, n * 10);
            Do("INSERT INTO vocabulary(word, docs) VALUES (?, 1) ON CONFLICT(word) DO UPDATE SET docs = vocabulary.docs + 1", n % 2 == 0 ? "even" : "odd");
        }
        Assert.Equal((5, 5), (Count("identifiers"), Count("records")));
        Assert.Equal(3, link.Prepare("SELECT docs FROM vocabulary WHERE word = 'odd'").Scalar());
        // What changed is not what it was put in as, and what goes takes with it what belongs to it.
        Do("INSERT INTO vocabulary(word, docs) VALUES (?, 1) ON CONFLICT(word) DO UPDATE SET docs = vocabulary.docs + 1", "odd");
        Do("UPDATE vocabulary SET docs = ? WHERE word = ?", 40L, "odd");
        Do("INSERT INTO vocabulary(word, docs) VALUES (?, 1) ON CONFLICT(word) DO UPDATE SET docs = vocabulary.docs + 1", "odd");
        Do("DELETE FROM records WHERE ref = ?", 2L);
        Assert.Equal(4, Count("identifiers"));
        Do("INSERT INTO records(ref, kind, id, record, revision, created_at, updated_at) VALUES (?, 3, ?, '{}', 1, 0, 0)", 2L, "r2");
        Assert.Equal((5, 4, 41), (Count("records"), Count("identifiers"), link.Prepare("SELECT docs FROM vocabulary WHERE word = 'odd'").Scalar()));
        // The sequence of changes goes by one, however they came there.
        var at = link.Prepare("SELECT seq, at FROM changes ORDER BY seq");
        var told = new List<(long, long)>();
        while (at.Step()) told.Add((at.Int64(0), at.Int64(1)));
        Assert.Equal([(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)], told);
        link.Rollback();
    }

    [FactWithPostgres]
    public void Both_engines_have_the_same_columns()
    {
        using var file = SqliteLink.InMemory();
        var ofFile = new SortedSet<string>(StringComparer.Ordinal);
        using (var command = file.Db.CreateCommand())
        {
            // Full text and the tree of boxes are what each engine does its own way.
            command.CommandText = "SELECT t.name || '.' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE 'words%' AND t.name NOT LIKE '%boxes%'";
            using var row = command.ExecuteReader();
            while (row.Read()) ofFile.Add(row.GetString(0));
        }
        var ofServer = new SortedSet<string>(StringComparer.Ordinal);
        using var connection = new NpgsqlConnection(TestEngine.NewCatalogue() + ";Pooling=false");
        connection.Open();
        using (var command = new NpgsqlCommand("SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND c.relname NOT IN ('words', 'boxes', 'place_boxes') AND a.attname <> 'rowid'", connection))
        {
            using var row = command.ExecuteReader();
            while (row.Read()) ofServer.Add(row.GetString(0));
        }

        Assert.Equal(ofFile, ofServer);
    }

    [FactWithPostgres]
    public async Task A_database_that_is_none_of_ours_is_left_alone()
    {
        var connection = TestEngine.NewDatabase();
        using (var other = new NpgsqlConnection(connection + ";Pooling=false"))
        {
            other.Open();
            using var command = new NpgsqlCommand("CREATE TABLE customers (id integer)", other);
            command.ExecuteNonQuery();
        }

        var refused = await Assert.ThrowsAsync<CatalogueException>(() => StartAsync(connection));

        Assert.Contains("not an events catalogue", refused.Message);
    }

    [FactWithPostgres]
    public async Task What_was_acknowledged_survives_the_loss_of_the_primary()
    {
        using var primary = PostgresServer.Start("wal_level=replica", "fsync=off");
        primary.Ask("CREATE DATABASE catalogue TEMPLATE template0");
        using var standby = primary.StartStandby("fsync=off");
        // An acknowledged write is then on both.
        primary.Ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        primary.Ask("SELECT pg_reload_conf()");
        await using var api = new Disposing(await StartAsync($"Host=127.0.0.1:{primary.Port},127.0.0.1:{standby.Port};Username=postgres;Database=catalogue"));
        await api.Value.KeyAsync(Role.Editor);
        for (var tries = 0; (long)primary.Ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")! == 0; tries++)
        {
            Assert.True(tries < 100, "The standby does not follow.");
            await Task.Delay(100);
        }

        var (acknowledged, refused, later) = (new ConcurrentBag<string>(), 0, 0);
        var promoted = new TaskCompletionSource();
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; Volatile.Read(ref later) < 40; n++)
            {
                enough.Token.ThrowIfCancellationRequested();
                var after = promoted.Task.IsCompleted;
                using var response = await api.Value.WriteAsync("POST", "/v1/topics", new { label = $"Written by {writer}, {n}" });
                if (response.StatusCode == HttpStatusCode.Created)
                {
                    acknowledged.Add(response.Headers.Location!.ToString());
                    if (after) Interlocked.Increment(ref later);
                    continue;
                }
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                Assert.NotNull(response.Headers.RetryAfter);
                Interlocked.Increment(ref refused);
                await Task.Delay(50);
            }
        })).ToList();
        while (acknowledged.Count < 40) await Task.Delay(20, enough.Token);
        primary.Crash();
        // The standby has what was acknowledged, and answers while nobody takes writes.
        using (var read = await api.Value.Client.GetAsync(acknowledged.First(), enough.Token)) Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        standby.Promote();
        promoted.SetResult();
        await Task.WhenAll(writers);

        Assert.True(refused > 0, "Nobody was refused, so nothing was lost.");
        foreach (var location in acknowledged)
        {
            using var read = await api.Value.Client.GetAsync(location);
            Assert.True(read.StatusCode == HttpStatusCode.OK, $"{location} was acknowledged and answers {(int)read.StatusCode}.");
        }
        var sequence = await SequenceAsync(api.Value);
        Assert.Equal(Enumerable.Range(1, sequence.Length).Select(n => (long)n), sequence);
        await api.Value.IsSoundAsync();
    }

    [FactWithPostgres]
    public async Task A_catalogue_moves_to_the_other_engine_and_back_and_stays_what_it_is()
    {
        var folder = Directory.CreateTempSubdirectory("events-move-");
        try
        {
            var (first, back, server) = (Path.Combine(folder.FullName, "first.db"), Path.Combine(folder.FullName, "back.db"), TestEngine.NewCatalogue());
            string changes, history, list;
            string topic;
            await using (var api = new Disposing(await StartAsync("", first)))
            {
                topic = (await api.Value.WrittenAsync("POST", "/v1/topics", new { label = "Wheat" })).Text("id")!;
                var other = (await api.Value.WrittenAsync("POST", "/v1/topics", new { label = "Grain" })).Text("id")!;
                var gone = (await api.Value.WrittenAsync("POST", "/v1/topics", new { label = "Mistake" })).Text("id")!;
                await api.Value.WrittenAsync("POST", "/v1/events", new { type = "consult", title = "Talks about wheat", date = "2024-03-05", topics = new[] { new { id = topic } } });
                await api.Value.LaterAsync("PATCH", $"/v1/topics/{topic}", new { label = "Wheat and rye" });
                await api.Value.LaterAsync("DELETE", $"/v1/topics/{gone}");
                await api.Value.LaterAsync("POST", $"/v1/topics/{other}/merge-into/{topic}");
                await api.Value.SettledAsync();
                (changes, history, list) = await TellAsync(api.Value, topic);
            }
            Moved there, again;
            using (Engine from = new SqliteEngine(new CatalogueOptions { Path = first }), to = new PostgresEngine(new CatalogueOptions { Connection = server })) there = Transfer.Run(from, to, _ => { }, default);
            await using (var api = new Disposing(await StartAsync(server)))
            {
                Assert.Equal((changes, history, list), await TellAsync(api.Value, topic));
                await api.Value.IsSoundAsync();
                // The key came along, and the sequence goes on where it stood.
                await api.Value.LaterAsync("PATCH", $"/v1/topics/{topic}", new { label = "Wheat, rye and oats" });
                Assert.Equal(there.LastChange + 1, (await SequenceAsync(api.Value)).First(n => n > there.LastChange));
                (changes, history, list) = await TellAsync(api.Value, topic);
            }
            using (Engine from = new PostgresEngine(new CatalogueOptions { Connection = server }), to = new SqliteEngine(new CatalogueOptions { Path = back, Create = true })) again = Transfer.Run(from, to, _ => { }, default);
            Assert.Equal(there.Tables.Single(t => t.Name == "tombstones"), again.Tables.Single(t => t.Name == "tombstones"));
            await using (var api = new Disposing(await StartAsync("", back)))
            {
                Assert.Equal((changes, history, list), await TellAsync(api.Value, topic));
                await api.Value.IsSoundAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static async Task<(string, string, string)> TellAsync(TestApi api, string topic) =>
            ((await api.GetAsync("/v1/changes?since=0&limit=200")).ToString(), (await api.GetAsync($"/v1/topics/{topic}/revisions")).ToString(), (await api.GetAsync("/v1/events?topic=" + topic)).GetProperty("items").ToString());
    }

    private sealed class Disposing(SharedApi value) : IAsyncDisposable
    {
        public SharedApi Value => value;

        public async ValueTask DisposeAsync() => await value.DisposeAsync();
    }
}

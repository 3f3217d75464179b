using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EventsApi.Storage;

namespace EventsApi.Tests;

/// <summary>A primary and a standby that follows it, as a network between two machines lets it.</summary>
public sealed class Cluster : IDisposable
{
    private int _databases;

    public Cluster()
    {
        if (PostgresServer.Missing is not null) return;
        Primary = PostgresServer.Start("wal_level=replica", "fsync=off", "shared_buffers=32MB");
        Standby = Primary.StartStandby("fsync=off", "shared_buffers=32MB", "wal_retrieve_retry_interval=100ms");
    }

    internal PostgresServer Primary { get; } = null!;

    internal PostgresServer Standby { get; } = null!;

    /// <summary>How to reach an empty database on both, in the order in which nobody would name them.</summary>
    /// <param name="standby">By which port, where not by its own.</param>
    public string NewCatalogue(int? standby = null)
    {
        var name = $"catalogue_{Interlocked.Increment(ref _databases)}";
        Primary.Ask($"CREATE DATABASE {name} TEMPLATE template0");
        return $"Host=127.0.0.1:{standby ?? Standby.Port},127.0.0.1:{Primary.Port};Username=postgres;Database={name}";
    }

    public void Dispose()
    {
        Standby?.Dispose();
        Primary?.Dispose();
    }
}

/// <summary>A way to a server that can be cut, as a network is: what was connected stays so and hears nothing more.</summary>
public sealed class Wire : IDisposable
{
    private readonly int _to;
    private TcpListener _listener;
    private CancellationTokenSource _cut = new();

    public Wire(int to)
    {
        _to = to;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener, _cut.Token);
    }

    public int Port { get; }

    public void Cut()
    {
        _cut.Cancel();
        _listener.Stop();
    }

    public void Mend()
    {
        (_listener, _cut) = (new TcpListener(IPAddress.Loopback, Port), new());
        _listener.Start();
        _ = AcceptAsync(_listener, _cut.Token);
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cut)
    {
        while (!cut.IsCancellationRequested)
        {
            var here = await listener.AcceptSocketAsync(cut);
            var there = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await there.ConnectAsync(IPAddress.Loopback, _to, cut);
            _ = PassAsync(here, there, cut);
            _ = PassAsync(there, here, cut);
        }
    }

    private static async Task PassAsync(Socket from, Socket to, CancellationToken cut)
    {
        var bytes = new byte[16_384];
        try
        {
            while (await from.ReceiveAsync(bytes, cut) is > 0 and var count) await to.SendAsync(bytes.AsMemory(0, count), cut);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Cut, or closed at one end.
        }
    }

    public void Dispose()
    {
        Cut();
        _cut.Dispose();
    }
}

/// <summary>Reads go to a standby, and nobody is told less for it than was told before.</summary>
[Trait(Engines.Trait, Engines.Any)]
public sealed class StandbyTests(Cluster cluster) : IClassFixture<Cluster>
{
    private const string Version = "Catalogue-Version";

    /// <param name="lag">Milliseconds that the standby may be behind.</param>
    /// <param name="standby">The port by which it is reached.</param>
    private async Task OnTwoAsync(Func<SharedApi, SharedApi, Task> test, int lag = 1_000, int? standby = null)
    {
        var connection = cluster.NewCatalogue(standby);
        var (one, other) = (new SharedApi(connection, lag: lag), new SharedApi(connection, lag: lag));
        await one.InitializeAsync();
        await one.KeyAsync(Access.Role.Editor);
        await other.InitializeAsync();
        try
        {
            foreach (var api in (SharedApi[])[one, other]) await FollowsAsync(api);
            await test(one, other);
        }
        finally
        {
            await one.DisposeAsync();
            await other.DisposeAsync();
        }
    }

    /// <summary>Waits until reads go to the standby.</summary>
    private static async Task FollowsAsync(SharedApi api)
    {
        for (var tries = 0; ; tries++)
        {
            var before = (await StateAsync(api)).Reads;
            await api.CountAsync("/v1/topics");
            // One of them is what tells the figures.
            if ((await StateAsync(api)).Reads > before + 1) return;
            Assert.True(tries < 200, "Reads do not go to the standby.");
            await Task.Delay(50);
        }
    }

    private static async Task<(bool IsThere, double? Seconds, double Reads)> StateAsync(SharedApi api)
    {
        var text = await api.Client.GetStringAsync("/metrics");
        double? One(string name) => Regex.Match(text, $@"^catalogue_standby_{name}{{[^}}]+}} (\S+)$", RegexOptions.Multiline) is { Success: true } found ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : null;
        return (One("up") == 1, One("lag_seconds"), One("reads_total")!.Value);
    }

    /// <summary>Writes, and says what the answer says of the version.</summary>
    private static async Task<(string Location, string Version)> WriteAsync(SharedApi api, string label)
    {
        using var response = await api.WriteAsync("POST", "/v1/topics", new { label });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (response.Headers.Location!.OriginalString, response.Headers.GetValues(Version).Single());
    }

    private static async Task<HttpStatusCode> ReadAsync(SharedApi api, string path, string? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (version is not null) request.Headers.TryAddWithoutValidation(Version, version);
        using var response = await api.Client.SendAsync(request);
        return response.StatusCode;
    }

    [FactWithPostgres]
    public Task Who_wrote_reads_that_from_every_process_and_the_standby_answers() => OnTwoAsync(async (one, other) =>
    {
        var before = (await StateAsync(other)).Reads;
        for (var n = 0; n < 20; n++)
        {
            var (location, version) = await WriteAsync(one, $"Topic {n}");
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await ReadAsync(one, location), await ReadAsync(other, location, version)));
        }
        await FollowsAsync(other);
        Assert.True((await StateAsync(other)).Reads > before + 5);
        Assert.Equal(20, await other.CountAsync("/v1/topics"));
    });

    [FactWithPostgres]
    public Task A_standby_that_falls_behind_is_passed_over_until_it_has_caught_up() => OnTwoAsync(async (one, other) =>
    {
        cluster.Standby.Ask("SELECT pg_wal_replay_pause()");
        try
        {
            var (location, version) = await WriteAsync(one, "Written while the standby stands still");
            // Whoever says what he knows sees it at once, wherever; so does who asks the process that wrote. The others may be told of the moment before, until the standby is too far behind.
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await ReadAsync(one, location), await ReadAsync(other, location, version)));
            await Asking.SoonAsync(async () => await ReadAsync(other, location) == HttpStatusCode.OK, "The standby is read from though it is too far behind.");
            var (isThere, seconds, reads) = await StateAsync(other);
            Assert.True(isThere && seconds >= 0.5 && seconds < 60, $"{seconds} s behind");
            Assert.Equal(1, await other.CountAsync("/v1/topics"));
            Assert.Equal(reads, (await StateAsync(other)).Reads);
        }
        finally
        {
            cluster.Standby.Ask("SELECT pg_wal_replay_resume()");
        }
        await FollowsAsync(one);
        await FollowsAsync(other);
        await Asking.SoonAsync(async () => (await StateAsync(other)).Seconds == 0, "The standby has caught up, and is said to be behind.");
        Assert.Equal(1, await other.CountAsync("/v1/topics"));
    }, lag: 500);

    [FactWithPostgres]
    public Task What_one_process_has_told_it_does_not_take_back() => OnTwoAsync(async (one, other) =>
    {
        var writing = Task.Run(async () =>
        {
            for (var n = 0; n < 60; n++) await WriteAsync(one, $"Topic {n}");
        });
        var (last, reads) = (0L, 0);
        for (; !writing.IsCompleted; reads++)
        {
            var count = await other.CountAsync("/v1/topics");
            Assert.True(count >= last, $"{count} after {last}");
            last = count;
        }
        await writing;
        Assert.True(reads > 10, $"{reads} reads");
        await Asking.SoonAsync(async () => await other.CountAsync("/v1/topics") == 60, "The last write never came.");
    });

    /// <summary>Readers who go on whatever happens: all are answered, none later than this.</summary>
    private static async Task<TimeSpan> AllAreAnsweredAsync(SharedApi api, Func<Task> happening)
    {
        var (_, _) = await WriteAsync(api, "Talks");
        using var done = new CancellationTokenSource();
        var (wrong, longest, answered) = (new ConcurrentBag<string>(), 0L, 0);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var watch = System.Diagnostics.Stopwatch.StartNew();
                using var response = await api.Client.GetAsync("/v1/topics?q=talks");
                if (response.StatusCode != HttpStatusCode.OK) wrong.Add($"{(int)response.StatusCode} after {watch.Elapsed} {await response.Content.ReadAsStringAsync()}");
                InterlockedMax(ref longest, watch.ElapsedMilliseconds);
                Interlocked.Increment(ref answered);
                await Task.Delay(10);
            }
        })).ToList();
        await happening();
        await done.CancelAsync();
        await Task.WhenAll(readers);
        Reading.Nothing(wrong);
        Assert.True(answered > 20, $"{answered} answers");
        return TimeSpan.FromMilliseconds(longest);

        static void InterlockedMax(ref long most, long value)
        {
            for (var now = Volatile.Read(ref most); value > now; now = Volatile.Read(ref most))
                if (Interlocked.CompareExchange(ref most, value, now) == now) return;
        }
    }

    [FactWithPostgres]
    public Task A_standby_that_is_lost_is_not_missed_and_read_from_again_when_it_is_back() => OnTwoAsync(async (one, _) =>
    {
        await AllAreAnsweredAsync(one, async () =>
        {
            await Task.Delay(300);
            cluster.Standby.Crash();
            await Task.Delay(500);
            Assert.False((await StateAsync(one)).IsThere);
            await WriteAsync(one, "Written without a standby");
            cluster.Standby.Restart();
            await FollowsAsync(one);
        });
        Assert.Equal(2, await one.CountAsync("/v1/topics"));
    });

    [FactWithPostgres]
    public async Task A_standby_that_cannot_be_reached_any_more_holds_nobody_up_for_long()
    {
        using var wire = new Wire(cluster.Standby.Port);
        await OnTwoAsync(async (one, _) =>
        {
            var longest = await AllAreAnsweredAsync(one, async () =>
            {
                await Task.Delay(300);
                wire.Cut();
                await Task.Delay(4_000);
                Assert.False((await StateAsync(one)).IsThere);
                wire.Mend();
                await FollowsAsync(one);
            });
            Assert.True(longest < LongestAnswer, $"An answer took {longest}.");
        }, standby: wire.Port);
    }

    // Silence, of the driver's attempt to cancel also, and then a search on the primary, beside whatever else the machine does.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(6);

    [FactWithPostgres]
    public Task A_standby_that_hangs_holds_nobody_up_for_long() => OnTwoAsync(async (one, _) =>
    {
        var longest = await AllAreAnsweredAsync(one, async () =>
        {
            await Task.Delay(300);
            using (cluster.Standby.Freeze())
            {
                // Who waited for it would wait for longer than may be.
                await Task.Delay(LongestAnswer + TimeSpan.FromSeconds(2));
                Assert.False((await StateAsync(one)).IsThere);
            }
            await FollowsAsync(one);
        });
        Assert.True(longest < LongestAnswer, $"An answer took {longest}.");
    });

    [FactWithPostgres]
    public async Task A_read_leaves_a_standby_that_hangs()
    {
        using var engine = new PostgresEngine(new CatalogueOptions { Connection = cluster.NewCatalogue(), Create = true });
        engine.OpenWriter().Dispose();
        engine.Listen((_, _) => { });
        using var link = engine.OpenReader(0);
        foreach (var deadline in (TimeSpan[])[TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(60)])
        {
            await Asking.SoonAsync(() => Task.FromResult(engine.Standbys is [{ IsThere: true }]), "The standby is not followed.", TimeSpan.FromMinutes(1));
            link.BeginRead(deadline, snapshot: true, 0, CancellationToken.None);
            var watch = System.Diagnostics.Stopwatch.StartNew();
            using (cluster.Standby.Freeze())
            {
                var error = Assert.ThrowsAny<Exception>(() => link.Prepare("SELECT CAST(pg_is_in_recovery() AS integer)").Scalar());
                link.EndRead();
                Assert.True(link.MayGoElsewhere(error));
                link.BeginRead(deadline, snapshot: true, 0, CancellationToken.None);
                Assert.Equal(0, link.Prepare("SELECT CAST(pg_is_in_recovery() AS integer)").Scalar());
                link.EndRead();
            }
            Assert.True(watch.Elapsed < LongestAnswer, $"With {deadline} it took {watch.Elapsed}.");
        }
    }

    [FactWithPostgres]
    public async Task A_read_that_has_its_answer_does_not_wait_for_a_server_that_is_gone()
    {
        using var wire = new Wire(cluster.Primary.Port);
        using var engine = new PostgresEngine(new CatalogueOptions { Connection = $"Host=127.0.0.1;Port={wire.Port};Username=postgres;Database=postgres" });
        using var link = engine.OpenReader(0);
        link.BeginRead(TimeSpan.FromSeconds(2), snapshot: true, null, CancellationToken.None);
        Assert.Equal(1, link.Prepare("SELECT 1").Scalar());
        wire.Cut();
        // Were it to wait, it would do so for good.
        await Task.Run(link.EndRead).WaitAsync(TimeSpan.FromSeconds(8));
    }

    [FactWithPostgres]
    public Task What_is_cut_off_from_the_primary_is_too_old_to_be_read_from() => OnTwoAsync(async (one, other) =>
    {
        // Nothing reaches the standby any more, and it does not know: the network lets through what clients ask it, and not what the primary sends.
        var receiver = (int)cluster.Standby.Ask("SELECT pid FROM pg_stat_wal_receiver")!;
        System.Diagnostics.Process.Start("kill", ["-STOP", $"{receiver}"]).WaitForExit();
        try
        {
            var (location, version) = await WriteAsync(one, "Written while they are apart");
            Assert.Equal(HttpStatusCode.OK, await ReadAsync(other, location, version));
            await Asking.SoonAsync(async () => await ReadAsync(other, location) == HttpStatusCode.OK, "The standby is read from though it hears nothing.");
        }
        finally
        {
            System.Diagnostics.Process.Start("kill", ["-CONT", $"{receiver}"]).WaitForExit();
        }
        await FollowsAsync(other);
    }, lag: 500);

    [FactWithPostgres]
    public Task A_write_that_no_standby_confirms_is_answered_and_shows_when_one_does() => OnTwoAsync(async (one, other) =>
    {
        void Confirm(string standbys)
        {
            cluster.Primary.Ask($"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'");
            cluster.Primary.Ask("SELECT pg_reload_conf()");
        }
        async Task<string> RefusedAsync(SharedApi api, string label)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            using var response = await api.WriteAsync("POST", "/v1/topics", new { label }, headers: ("Idempotency-Key", label.Replace(' ', '-')));
            Assert.True(response.StatusCode == HttpStatusCode.ServiceUnavailable && response.Headers.RetryAfter is not null, $"{response}");
            Assert.True(watch.Elapsed < 2 * LongestAnswer, $"It took {watch.Elapsed}.");
            return (await Problems.ReadAsync(response, 503)).Text("detail")!;
        }
        await other.KeyAsync(Access.Role.Editor);
        Confirm("*");
        try
        {
            await Asking.SoonAsync(() => Task.FromResult(cluster.Primary.Ask("SELECT sync_state FROM pg_stat_replication") is "sync"), "The standby confirms nothing.", TimeSpan.FromMinutes(1));
            await WriteAsync(one, "Confirmed");
            cluster.Standby.Crash();
            Assert.Contains("It shows when one does", await RefusedAsync(one, "Not confirmed"));
            // Nobody writes before that is settled, and nobody sees it.
            Assert.Contains("was not begun", await RefusedAsync(one, "After it"));
            Assert.Contains("was not begun", await RefusedAsync(other, "Elsewhere"));
            foreach (var api in (SharedApi[])[one, other]) Assert.Equal(1, await api.CountAsync("/v1/topics"));

            cluster.Standby.Restart();
            foreach (var api in (SharedApi[])[one, other]) await Asking.SoonAsync(async () => await api.CountAsync("/v1/topics") == 2, "What was confirmed late does not show.", TimeSpan.FromMinutes(1));
            // Sent again, it is what was made, and the other one is made now.
            foreach (var label in (string[])["Not confirmed", "After it"])
                using (var again = await one.WriteAsync("POST", "/v1/topics", new { label }, headers: ("Idempotency-Key", label.Replace(' ', '-')))) Assert.Equal(HttpStatusCode.Created, again.StatusCode);
            Assert.Equal(3, await one.CountAsync("/v1/topics"));
        }
        finally
        {
            Confirm("");
            if (!cluster.Standby.Runs) cluster.Standby.Restart();
        }
    });

    [FactWithPostgres]
    public Task A_version_that_is_no_number_is_refused() => OnTwoAsync(async (one, _) =>
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.OK), (await ReadAsync(one, "/v1/topics", "latest"), await ReadAsync(one, "/v1/topics", "-1"), await ReadAsync(one, "/v1/topics", "99999999"))));
}

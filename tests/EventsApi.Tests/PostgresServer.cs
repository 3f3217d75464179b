using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace EventsApi.Tests;

/// <summary>A PostgreSQL server on a free port of this machine, with a folder of its own, that is thrown away at the end.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Binaries = "/usr/lib/postgresql/15/bin";

    private readonly string _folder = Directory.CreateTempSubdirectory("events-postgres-").FullName;
    private bool _runs;

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Missing { get; } = Directory.Exists(Binaries) ? null : $"There is no PostgreSQL in {Binaries}.";

    private PostgresServer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        // The server refuses to be root's.
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", _folder);
        // Who runs the tests ends them without much ado, so another process waits for that, and leaves neither server nor files behind.
        Run("setsid", "--fork", "sh", "-c", """
            exec < /dev/null > /dev/null 2>&1
            tail --pid="$0" -f /dev/null
            if read -r server < "$1/data/postmaster.pid"; then
                kill -QUIT "$server" && kill -CONT "$server" && tail --pid="$server" -f /dev/null
            fi
            rm -rf "$1"
            """, $"{Environment.ProcessId}", _folder);
    }

    public int Port { get; }

    public bool Runs => _runs;

    public string Data => Path.Combine(_folder, "data");

    /// <summary>How to reach it.</summary>
    public string Address => $"Host=127.0.0.1;Port={Port};Username=postgres";

    /// <summary>A new one with nothing in it.</summary>
    /// <param name="settings">Each as name=value.</param>
    public static PostgresServer Start(params string[] settings)
    {
        var server = new PostgresServer();
        Call("initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", server.Data);
        server.Begin(settings);
        return server;
    }

    /// <summary>One that follows this one.</summary>
    public PostgresServer StartStandby(params string[] settings)
    {
        var standby = new PostgresServer();
        Call("pg_basebackup", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "postgres", "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync");
        standby.Begin(settings);
        return standby;
    }

    private string[] _settings = [];

    private void Begin(string[] settings)
    {
        _settings = settings;
        Call("pg_ctl", "-w", "-s", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", string.Join(' ', ((string[])[$"port={Port}", $"unix_socket_directories={_folder}", "listen_addresses=127.0.0.1", "max_connections=400", "max_locks_per_transaction=256", .. settings]).Select(s => $"-c {s}")), "start");
        _runs = true;
    }

    /// <summary>The standby takes writes from here on.</summary>
    public void Promote() => Call("pg_ctl", "-w", "-s", "-D", Data, "promote");

    /// <summary>Ends it at once, as a crash does: nothing is written down, no connection is closed in an orderly way.</summary>
    public void Crash()
    {
        if (!_runs) return;
        _runs = false;
        Call("pg_ctl", "-s", "-m", "immediate", "-D", Data, "stop");
    }

    /// <summary>It does nothing any more until it is disposed of, and what was connected stays so, as when its machine hangs.</summary>
    public IDisposable Freeze()
    {
        // The one that takes connections first: it would see to a process that does not go on.
        List<int> all = [int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture)];
        all.AddRange((int[])Ask("SELECT array_agg(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")!);
        return new Frozen(all);
    }

    private sealed class Frozen : IDisposable
    {
        private readonly List<int> _processes;

        public Frozen(List<int> processes)
        {
            _processes = processes;
            Send("STOP");
        }

        // One that has ended meanwhile is no reason to leave the others.
        private void Send(string signal) => Process.Start("kill", [$"-{signal}", .. _processes.Select(p => $"{p}")]).WaitForExit();

        public void Dispose() => Send("CONT");
    }

    /// <summary>One that was ended begins again.</summary>
    public void Restart() => Begin(_settings);

    public object? Ask(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection($"{Address};Database={database};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        Crash();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static void Call(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries, program);
        if (Environment.IsPrivilegedProcess) Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else Run(path, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/", RedirectStandardOutput = true })!;
        // The server that pg_ctl starts keeps the pipe open, so its end must not be waited for.
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed with {process.ExitCode}.");
    }
}

/// <summary>A test that starts a PostgreSQL server, whatever the suite runs on.</summary>
public sealed class FactWithPostgresAttribute : FactAttribute
{
    public FactWithPostgresAttribute() => Skip = PostgresServer.Missing;
}

using System.CommandLine;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventsApi.Http;
using EventsApi.Storage;

namespace EventsApi;

/// <summary>What a command works with: the open catalogue, and where its data and its words go.</summary>
/// <param name="Out">Data.</param>
/// <param name="Error">Words, and a progress bar on a terminal.</param>
internal sealed record Running(IServiceProvider Services, TextWriter Out, TextWriter Error, bool IsTerminal, CancellationToken Left);

/// <summary>A command that finds a server on its catalogue hands its work over to it, through a socket that only the owner of the file can reach: so that one process alone writes.</summary>
internal static class Handover
{
    // sockaddr_un holds 108 bytes.
    private const int LongestPath = 100;

    private sealed record Frame(string? Out = null, string? Error = null, int? Exit = null);

    private sealed record Call(string[] Args, bool IsTerminal);

    /// <summary>The same for everybody who names the same file.</summary>
    private static string SocketOf(string catalogue)
    {
        var full = Path.GetFullPath(catalogue);
        var near = Path.Combine(full + ".commands", "socket");
        return near.Length <= LongestPath ? near : Path.Combine(Path.GetTempPath(), $"events-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..16]}", "socket");
    }

    /// <summary>Takes commands until it is disposed.</summary>
    public static async Task ListenAsync(string catalogue, IServiceProvider services, RootCommand root, CancellationToken stopping)
    {
        var path = SocketOf(catalogue);
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
        {
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(folder, OwnerOnly);
            File.SetUnixFileMode(folder, OwnerOnly);
        }
        File.Delete(path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(16);
        try
        {
            while (true) _ = AnswerAsync(await listener.AcceptAsync(stopping), services, root, stopping);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        finally
        {
            File.Delete(path);
            Directory.Delete(folder);
        }
    }

    private static async Task AnswerAsync(Socket connection, IServiceProvider services, RootCommand root, CancellationToken stopping)
    {
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        var frames = new FrameWriter(stream);
        using var reader = new StreamReader(stream, leaveOpen: true);
        try
        {
            var call = JsonSerializer.Deserialize<Call>(await reader.ReadLineAsync(stopping) ?? "null") ?? throw new JsonException("A call is an object.");
            var parsed = root.Parse(call.Args);
            using var output = new Relay(text => frames.Write(new Frame(Out: text)));
            using var error = new Relay(text => frames.Write(new Frame(Error: text)));
            int exit;
            try
            {
                exit = await Commands.WorkOf(parsed.CommandResult.Command)(new Running(services, output, error, call.IsTerminal, stopping), parsed);
            }
            catch (Exception fault) when (fault is CatalogueException or IOException or ProblemException)
            {
                error.WriteLine(fault.Message);
                exit = 1;
            }
            frames.Write(new Frame(Exit: exit));
        }
        catch (Exception fault) when (fault is IOException or JsonException or KeyNotFoundException)
        {
            // Whoever called has gone, or was no command.
        }
    }

    /// <summary>Lets the server on this catalogue do it; null when none answers.</summary>
    public static async Task<int?> TryAsync(string catalogue, string[] args, CancellationToken ct)
    {
        using var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(SocketOf(catalogue)), ct);
        }
        catch (SocketException)
        {
            return null;
        }
        await using var stream = new NetworkStream(connection);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Call(args, !Console.IsErrorRedirected)) + "\n"), ct);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            var frame = JsonSerializer.Deserialize<Frame>(line)!;
            if (frame.Out is not null) Console.Out.Write(frame.Out);
            if (frame.Error is not null) Console.Error.Write(frame.Error);
            if (frame.Exit is { } exit) return exit;
        }
        throw new CatalogueException("The server that has this catalogue open stopped before it had done the command. Run it again.");
    }

    private sealed class FrameWriter(Stream stream)
    {
        private readonly Lock _turn = new();

        public void Write(Frame frame)
        {
            var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(frame) + "\n");
            lock (_turn) stream.Write(line);
        }
    }

    /// <summary>Text as it is written goes to the caller.</summary>
    private sealed class Relay(Action<string> send) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;
        public override void Write(char value) => send(value.ToString());
        public override void Write(string? value) => send(value ?? "");
        public override void WriteLine(string? value) => send(value + "\n");
    }
}

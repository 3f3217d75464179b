using System.Buffers;
using System.Buffers.Binary;
using System.CommandLine;
using System.IO.Pipelines;
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
/// <param name="Input">What the caller sends on standard input.</param>
/// <param name="Folder">The caller's: relative paths are relative to it.</param>
/// <param name="IsServing">Others wait for what the command holds up.</param>
internal sealed record Running(IServiceProvider Services, TextWriter Out, TextWriter Error, Func<Stream> Input, string Folder, bool IsTerminal, bool IsServing, CancellationToken Left)
{
    /// <summary>On a terminal, says how far it is, in the place of what was said before; null ends that line.</summary>
    public void Show(string? progress)
    {
        // The rest of a longer line before is wiped away.
        if (IsTerminal) Error.Write(progress is null ? "\n" : $"\r{progress}\x1b[K");
    }
}

/// <summary>A command that finds a server on its catalogue hands its work over to it, through a socket that only the owner of the file can reach: so that one process alone writes.</summary>
internal static class Handover
{
    // sockaddr_un holds 108 bytes.
    private const int LongestPath = 100;

    private sealed record Frame(string? Out = null, string? Error = null, int? Exit = null);

    private sealed record Call(string[] Args, bool IsTerminal, string Folder);

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
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            var call = JsonSerializer.Deserialize<Call>(await LineAsync(pipe, stopping)) ?? throw new JsonException("A call is an object.");
            var parsed = root.Parse(call.Args);
            using var output = new Relay(text => frames.Write(new Frame(Out: text)));
            using var error = new Relay(text => frames.Write(new Frame(Error: text)));
            int exit;
            try
            {
                exit = await Commands.WorkOf(parsed.CommandResult.Command)(new Running(services, output, error, () => new Chunks(pipe.AsStream()), call.Folder, call.IsTerminal, IsServing: true, stopping), parsed);
            }
            catch (Exception fault) when (fault is CatalogueException or IOException or ProblemException)
            {
                error.WriteLine(fault.Message);
                exit = 1;
            }
            catch (Exception fault) when (StorageFault.Of(fault) is { } known)
            {
                error.WriteLine(known.Message);
                exit = 1;
            }
            frames.Write(new Frame(Exit: exit));
        }
        catch (Exception fault) when (fault is IOException or JsonException or KeyNotFoundException)
        {
            // Whoever called has gone, or was no command.
        }
    }

    private static async Task<string> LineAsync(PipeReader pipe, CancellationToken ct)
    {
        const int Longest = 1 << 20;
        while (true)
        {
            var result = await pipe.ReadAsync(ct);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end));
                pipe.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }
            if (result.IsCompleted || result.Buffer.Length > Longest) throw new JsonException("A call is one line.");
            pipe.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Lets the server on this catalogue do it; null when none answers.</summary>
    /// <param name="input">Sent along when the command reads it; null when it does not.</param>
    public static async Task<int?> TryAsync(string catalogue, string[] args, Stream? input, CancellationToken ct)
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
        await stream.WriteAsync(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Call(args, !Console.IsErrorRedirected, Environment.CurrentDirectory)) + "\n"), ct);
        if (input is not null) _ = SendAsync(input, stream, ct);
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

    // Every piece of input goes with its length before it, and a length of 0 ends it: so an end is told from a caller who has gone.

    private static async Task SendAsync(Stream input, NetworkStream to, CancellationToken ct)
    {
        var buffer = new byte[64 << 10];
        try
        {
            for (int read; (read = await input.ReadAsync(buffer.AsMemory(sizeof(int)), ct)) >= 0;)
            {
                BinaryPrimitives.WriteInt32LittleEndian(buffer, read);
                await to.WriteAsync(buffer.AsMemory(0, sizeof(int) + read), ct);
                if (read == 0) return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The server has heard enough, and its answer says why; or the input cannot be read, and the server must not wait for more of it.
            to.Socket.Shutdown(SocketShutdown.Send);
        }
    }

    private sealed class Chunks(Stream from) : Stream
    {
        private int _left;
        private bool _ended;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            if (_left == 0 && !_ended)
            {
                Span<byte> length = stackalloc byte[sizeof(int)];
                try
                {
                    from.ReadExactly(length);
                }
                catch (EndOfStreamException)
                {
                    throw new IOException("The caller left before the input ended.");
                }
                _left = BinaryPrimitives.ReadInt32LittleEndian(length);
                _ended = _left <= 0;
            }
            if (_ended || buffer.IsEmpty) return 0;
            var read = from.Read(buffer[..Math.Min(buffer.Length, _left)]);
            if (read == 0) throw new IOException("The caller left before the input ended.");
            _left -= read;
            return read;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
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

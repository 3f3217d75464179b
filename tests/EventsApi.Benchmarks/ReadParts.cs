using BenchmarkDotNet.Attributes;
using Dapper;
using EventsApi.Records;
using EventsApi.Storage;
using Microsoft.Data.Sqlite;

namespace EventsApi.Benchmarks;

/// <summary>Why the two hottest reads go below Dapper: one ready answer by number, and a page of 25, each in three ways on the same file.</summary>
[MemoryDiagnoser]
public class ReadParts
{
    private const string One = "SELECT a.item, a.rest FROM event_ids i JOIN answers a ON a.key = i.key WHERE i.number = ";
    private const string Page = "SELECT p.key, a.item FROM postings p CROSS JOIN answers a ON a.key = p.key WHERE p.list = (SELECT id << 2 FROM lists WHERE field = 'event.type' AND value = 'consult') ORDER BY p.key DESC LIMIT 25";

    private SqliteConnection _pooled = null!;
    private SqliteCommand _command = null!;
    private Reader _reader = null!;

    [GlobalSetup]
    public void Open()
    {
        var file = Environment.GetEnvironmentVariable("EVENTSAPI_BENCH_CATALOGUE") ?? throw new InvalidOperationException("Set EVENTSAPI_BENCH_CATALOGUE to a catalogue file.");
        _pooled = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
        _pooled.Open();
        _command = _pooled.CreateCommand();
        _command.CommandText = One + "@number";
        _command.Parameters.AddWithValue("@number", 1L);
        _command.Prepare();
        _reader = new Reader(new SqliteEngine(file));
    }

    [GlobalCleanup]
    public void Close()
    {
        _command.Dispose();
        _pooled.Dispose();
        _reader.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int One_with_Dapper() => _pooled.QuerySingle<Answer>(One + "@number", new { number = 1L }).Item.Length;

    [Benchmark]
    public int One_with_a_kept_command()
    {
        using var row = _command.ExecuteReader();
        row.Read();
        return row.GetFieldValue<byte[]>(0).Length;
    }

    [Benchmark]
    public int One_with_a_kept_statement()
    {
        var row = _reader.Kept(One + "?").Bind(1L);
        row.Step();
        var length = row.Blob(0).Length;
        row.Reset();
        return length;
    }

    [Benchmark]
    public int Page_with_Dapper() => _pooled.Query<Answer>(Page).Sum(a => a.Item.Length);

    [Benchmark]
    public int Page_with_a_kept_statement()
    {
        var (rows, length) = (_reader.Kept(Page), 0);
        while (rows.Step()) length += rows.Blob(1).Length;
        return length;
    }

    public sealed record Answer
    {
        public byte[] Item { get; init; } = [];
    }
}

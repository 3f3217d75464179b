using BenchmarkDotNet.Running;
using EventsApi.Benchmarks;

// fixed URL SIZE…: an empty Minimal API that answers constants of these sizes, the yardstick of scripts/bench.
// parts: the ways to read an answer, with BenchmarkDotNet; EVENTSAPI_BENCH_CATALOGUE names the file.
switch (args)
{
    case ["fixed", var url, .. var sizes]:
        await FixedServer.RunAsync(url, [.. sizes.Select(int.Parse)]);
        return 0;
    case ["parts", .. var rest]:
        BenchmarkRunner.Run<ReadParts>(args: rest);
        return 0;
    default:
        Console.Error.WriteLine("fixed URL SIZE… | parts [BenchmarkDotNet options]");
        return 2;
}

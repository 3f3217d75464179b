using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EventsApi.Benchmarks;

// fixed URL SIZE…: an empty Minimal API that answers constants of these sizes, the yardstick of scripts/bench.
// parts: the ways to read an answer, with BenchmarkDotNet; EVENTSAPI_BENCH_CATALOGUE names the file.
switch (args)
{
    case ["fixed", var url, .. var sizes]:
        await FixedServer.RunAsync(url, [.. sizes.Select(int.Parse)]);
        return 0;
    case ["parts", .. var rest]:
        // In this process: a generated project would be built beside central package versions and lock files that it does not know.
        var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        return BenchmarkRunner.Run<ReadParts>(config, rest).HasCriticalValidationErrors ? 1 : 0;
    default:
        Console.Error.WriteLine("fixed URL SIZE… | parts [BenchmarkDotNet options]");
        return 2;
}

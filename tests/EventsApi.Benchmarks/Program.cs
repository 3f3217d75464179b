using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EventsApi.Benchmarks;

// fixed URL SIZE…: an empty Minimal API that answers constants of these sizes, and streams of any, the yardstick of scripts/bench.
// reference URL FILE: the searches by hand, the yardstick of scripts/bench search.
// catalogue: makes a catalogue for measurements, with generated events and judged documents.
// writes FILE ROWS GROUP: rows a second of a bare loop, the yardstick of scripts/bench write. body N: the N-th event that both sides write.
// imports FILE SEPARATOR FINISHED TARGET: seconds of sqlite3's .import and INSERT … SELECT, the yardstick of scripts/bench import.
// mixed URL FILE SECONDS: look-ups, pages, searches and writes at once, beside a storm of searches and an import of FILE; the key stands in EVENTSAPI_KEY.
// parts: the ways to read an answer, with BenchmarkDotNet; EVENTSAPI_BENCH_CATALOGUE names the file.
switch (args)
{
    case ["fixed", var url, .. var sizes]:
        await FixedServer.RunAsync(url, [.. sizes.Select(int.Parse)]);
        return 0;
    case ["reference", var at, var file]:
        await ReferenceServer.RunAsync(at, file);
        return 0;
    case ["catalogue", var path, var events, var queries, var map, .. var documents]:
        await MeasuredCatalogue.MakeAsync(path, int.Parse(events, System.Globalization.CultureInfo.InvariantCulture), documents, queries, map);
        return 0;
    case ["writes", var target, var rows, var group]:
        Console.WriteLine(await BareWrites.RunAsync(target, int.Parse(rows, System.Globalization.CultureInfo.InvariantCulture), int.Parse(group, System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
    case ["imports", var from, var separator, var finished, var empty]:
        Console.WriteLine(await BareImports.RunAsync(from, separator, finished, empty));
        return 0;
    case ["mixed", var url, var rows, var seconds]:
        await new MixedLoad(url, Environment.GetEnvironmentVariable("EVENTSAPI_KEY")!, rows, int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)).RunAsync();
        return 0;
    case ["body", var number]:
        Console.WriteLine(BareWrites.Body(long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
    case ["parts", .. var rest]:
        // In this process: a generated project would be built beside central package versions and lock files that it does not know.
        var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
        return BenchmarkRunner.Run<ReadParts>(config, rest).HasCriticalValidationErrors ? 1 : 0;
    default:
        Console.Error.WriteLine("fixed URL SIZE… | reference URL FILE | catalogue FILE EVENTS QUERIES MAP DOCUMENTS… | writes FILE ROWS GROUP | imports FILE SEPARATOR FINISHED TARGET | mixed URL FILE SECONDS | body N | parts [BenchmarkDotNet options]");
        return 2;
}

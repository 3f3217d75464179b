using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EventsApi.Storage;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventsApi.Http;

/// <summary>Traces, metrics and logs over OTLP, when <c>Telemetry:Otlp</c> or the usual <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. All other variables of OpenTelemetry hold too.</summary>
internal static class Telemetry
{
    private const string Usual = "OTEL_EXPORTER_OTLP_ENDPOINT", Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL", Service = "OTEL_SERVICE_NAME";

    /// <summary>By custom this port speaks gRPC, and every other HTTP.</summary>
    private const int GrpcPort = 4317;

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if ((configuration["Telemetry:Otlp"] ?? configuration[Usual]) is not { Length: > 0 } address) return;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var to) || to.Scheme is not ("http" or "https"))
            throw new OptionsValidationException("Telemetry", typeof(Telemetry), [$"Telemetry:Otlp is an address such as http://localhost:4318, and not '{address}'."]);
        Send(services, configuration, to);
    }

    // By itself, so that the libraries are not even loaded where nothing is sent.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Send(IServiceCollection services, IConfiguration configuration, Uri to)
    {
        var isGrpc = configuration[Protocol] is { Length: > 0 } given ? given == "grpc" : to.Port == GrpcPort;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(configuration[Service] ?? "events-api", serviceVersion: typeof(Server).Assembly.GetName().Version?.ToString()))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource(Database.Work.Name))
            .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation().AddMeter("System.Runtime", CatalogueMeter.Name).AddInstrumentation<CatalogueMeter>())
            .UseOtlpExporter(isGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf, to);
    }

    /// <summary>The catalogue's own figures, as /metrics has them.</summary>
    private sealed class CatalogueMeter : IDisposable
    {
        public const string Name = "EventsApi";
        private readonly Meter _meter = new(Name);

        public CatalogueMeter(Database database)
        {
            _meter.CreateObservableGauge("catalogue.queue.length", () => database.Measure() is var now
                ? (Measurement<long>[])[new(now.SearchesWaiting, Lane("search")), new(now.HeavyWaiting, Lane("heavy")), new(now.WritesWaiting, Lane("write"))] : [], description: "Work that waits, by lane.");
            _meter.CreateObservableCounter("catalogue.commits", () => database.Version, description: "Commits since the catalogue was made.");
            _meter.CreateObservableGauge("catalogue.file.size", () => database.Measure().FileBytes, "By", "Size of the catalogue's file.");
            _meter.CreateObservableGauge("catalogue.log.size", () => database.Measure().LogBytes, "By", "Size of the write-ahead log.");
            _meter.CreateObservableGauge("catalogue.disk.free", () => database.Measure().FreeBytes, "By", "What its disk has left.");
        }

        private static KeyValuePair<string, object?> Lane(string name) => new("lane", name);

        public void Dispose() => _meter.Dispose();
    }
}

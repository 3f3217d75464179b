using EventsApi.Access;
using EventsApi.Actors;
using EventsApi.Curation;
using EventsApi.Events;
using EventsApi.Exports;
using EventsApi.Explorer;
using EventsApi.Http;
using EventsApi.Imports;
using EventsApi.Locations;
using EventsApi.Meetings;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Seed;
using EventsApi.Situations;
using EventsApi.Sources;
using EventsApi.Statements;
using EventsApi.Storage;
using EventsApi.Vocabulary;

namespace EventsApi;

/// <summary>The server's table of contents: services, pipeline, one Map line a folder. Tests build the same one with their own settings and clock.</summary>
public static class Server
{
    public const string DefaultUrl = "http://localhost:5080";

    public static WebApplication Build(Dictionary<string, string?> settings, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings);
        if (builder.Configuration["urls"] is null or "") builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddCatalogue(builder.Configuration);
        builder.Services.AddAccess(builder.Configuration);
        builder.Services.AddCuration();
        builder.Services.AddImports(builder.Configuration);
        builder.Services.AddSnapshots(builder.Configuration);
        builder.Services.AddTransport();
        builder.Services.AddSingleton<RequestFigures>();
        builder.Services.AddApiDocument();
        builder.Services.AddTelemetry(builder.Configuration);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseMiddleware<MeasuringMiddleware>();
        app.UseTransport();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseApiDocument();
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        app.UseMiddleware<VersionMiddleware>();
        app.MapApiDocument();
        app.MapExplorer();
        app.MapPages();
        app.MapGuide();
        app.MapHealth();
        app.MapMetrics();

        var v1 = app.MapGroup("/v1");
        v1.MapSearch();
        v1.MapMatch();
        v1.MapQueries();
        v1.MapEvents();
        v1.MapMeetings();
        v1.MapSituations();
        v1.MapActors();
        v1.MapLocations();
        v1.MapStatements();
        v1.MapSources();
        v1.MapVocabulary();
        v1.MapCuration();
        v1.MapPins();
        v1.MapAudit();
        v1.MapImports();
        v1.MapSnapshots();
        return app;
    }

    /// <summary>Opens the catalogue, and fills it when it is new, before the first request is taken.</summary>
    public static async Task PrepareAsync(WebApplication app)
    {
        var database = app.Services.GetRequiredService<Database>();
        var options = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<CatalogueOptions>>().Value;
        // A migration asked for it: what is derived is made anew from the records.
        await new Upkeep(database, app.Services.GetRequiredService<RecordWriters>()).RebuildIfAskedAsync();
        // A catalogue whose first load was interrupted is as new as a missing file: the load is one transaction.
        if (await database.LookUpAsync(reader => reader.Kept("SELECT 1 FROM records LIMIT 1").Scalar()) is not null) return;
        var catalogue = app.Services.GetRequiredService<DefaultCatalogue>();
        if (options.Seed == "none")
        {
            await catalogue.BeginAsync();
            return;
        }
        await database.DeferAsync(Deferral.Endless);
        await catalogue.LoadAsync();
        // The load leaves behind what serving never needs; the first answer need not wait until it is gone.
        _ = Task.Run(async () =>
        {
            await app.Services.GetRequiredService<Pins>().KeepAsync("example", new PinInput("/v1/meetings?actor[all]=nato,kuwait", "Meetings of NATO and Kuwait"));
            await database.DeferAsync(Deferral.Short);
            await app.Services.GetRequiredService<Snapshots>().MakeAsync();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            await database.WriteAsync(writer => writer.Trim());
        });
    }
}

using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;
using EventsApi.Storage;

namespace EventsApi.Imports;

/// <summary>feed NAME</summary>
internal static class FeedCommand
{
    public static Command Make()
    {
        Argument<string> name = new("NAME") { Description = "Which: gdelt." };
        name.AcceptOnlyFromAmong(Gdelt.Id);
        Option<bool> once = new("--once") { Description = "Take what there is now, and end." };
        return Commands.Does(new Command("feed", "Follow GDELT's files, one every quarter of an hour, by the settings in Feeds:Gdelt. What was taken is remembered, and what was missed is caught up.") { name, once, Commands.Catalogue, Commands.Create, Commands.AsJson }, async (running, call) =>
        {
            var feed = running.Services.GetRequiredService<GdeltFeed>();
            var job = running.IsServing ? Importer.Short : Importer.Long;
            void Tell(FeedRound round)
            {
                if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(round, Json.Options));
                else running.Error.WriteLine($"{round.Listed:N0} new files listed, {round.Imported:N0} imported, {round.Failed:N0} failed, {round.Waiting:N0} waiting, {round.Deleted:N0} events deleted by retention.{(round.Error is null ? "" : $" {round.Error}")}");
            }
            if (!call.GetValue(once))
            {
                if (running.IsServing && feed.IsFollowed) throw new CatalogueException("The server that has this catalogue open follows gdelt already (Feeds:Gdelt:Enabled). Make a round now with --once.");
                await feed.FollowAsync(job, Tell, running.Left);
            }
            var round = await feed.RunAsync(job, running.Left);
            Tell(round);
            return round.Error is null ? 0 : 1;
        });
    }
}

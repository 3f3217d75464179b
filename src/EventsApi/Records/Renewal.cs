using System.Diagnostics;
using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>After a record was renamed, moved or merged, makes the answers again that show it: in slices, so that no other write waits for them. What is left when the program ends goes on with the next start.</summary>
internal sealed class Renewal(Database database, RecordWriters writers, ILogger<Renewal> log) : BackgroundService
{
    private const int Least = 10, Most = 500;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50), AfterFault = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var count = 50;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                count = await StepAsync(count, stopping);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                // The program outlives a full disk, and so must this: a service that ended would leave everything that changes from then on half told.
                if (StorageFault.Of(error) is null) log.LogError(error, "What shows a changed record could not be made again; it is tried once more.");
                await Task.Delay(AfterFault, stopping);
            }
        }
    }

    /// <returns>How many to take next.</returns>
    private async Task<int> StepAsync(int count, CancellationToken stopping)
    {
        var commit = database.NextCommit;
        if (await database.LookUpAsync(reader => reader.Kept("SELECT 1 FROM pending LIMIT 1").Scalar(), stopping) is null)
        {
            await commit.WaitAsync(stopping);
            return count;
        }
        var watch = Stopwatch.StartNew();
        await writers.WriteAsync(database, session => session.RenewNext(count));
        return Math.Clamp(watch.Elapsed > Longest ? count / 2 : count * 3 / 2, Least, Most);
    }
}

using System.CommandLine;
using EventsApi;
using EventsApi.Http;
using EventsApi.Storage;

var root = Commands.Root();
// Without a command the program serves.
var call = root.Parse(args is [] || args[0].StartsWith('-') && args[0] is not ("-h" or "-?" or "--help" or "--version") ? ["serve", .. args] : args);
if (call.Errors.Count > 0)
{
    Commands.Refuse(call, Console.Error);
    return 2;
}
try
{
    return await call.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    // Whoever called has stopped it; what shells say of such a program.
    return 130;
}
catch (Exception error) when (error is CatalogueException or ProblemException or Microsoft.Extensions.Options.OptionsValidationException or IOException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
catch (Exception error) when (StorageFault.Of(error) is { } fault)
{
    Console.Error.WriteLine(fault.Message);
    return 1;
}

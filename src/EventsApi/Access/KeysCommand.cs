using System.CommandLine;
using System.Text.Json;
using EventsApi.Records;

namespace EventsApi.Access;

/// <summary>keys create, list and revoke</summary>
internal static class KeysCommand
{
    public static Command Make()
    {
        Option<string> name = new("--name") { Description = "Whose key it is.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Option<string> role = new("--role") { Description = "reader, editor or admin.", DefaultValueFactory = _ => "reader" };
        role.AcceptOnlyFromAmong("reader", "editor", "admin");
        Option<int?> days = new("--days") { Description = "So many days it holds; without it, until it is revoked.", HelpName = "N" };
        days.Validators.Add(result => { if (result.GetValueOrDefault<int?>() is < 1 or > 36_500) result.AddError("--days lies between 1 and 36500."); });
        Argument<string> id = new("ID") { Description = "The key's id, as create and list show it." };

        // Nothing is loaded for these: a catalogue that has but keys is still new to the server that opens it next.
        var create = Commands.Does(new Command("create", "Make a key and show it once.") { name, role, days, Commands.Catalogue, Commands.Create, Commands.AsJson }, async (running, call) =>
        {
            var expires = call.GetValue(days) is { } number ? DateTimeOffset.UtcNow.AddDays(number) : (DateTimeOffset?)null;
            var (key, made) = await running.Services.GetRequiredService<Keys>().CreateAsync(call.GetValue(name)!, Enum.Parse<Role>(call.GetValue(role)!, ignoreCase: true), expires);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { key, id = made }, Json.Options));
            else
            {
                running.Out.WriteLine(key);
                running.Error.WriteLine($"Its id is {made}. It is not shown again; send it as Authorization: Bearer <key>.");
            }
            return 0;
        }, prepare: false);
        var list = Commands.Does(new Command("list", "Show all keys, without their secrets.") { Commands.Catalogue, Commands.AsJson }, async (running, call) =>
        {
            var all = await running.Services.GetRequiredService<Keys>().ListAsync();
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { keys = all }, Json.Options));
            else foreach (var key in all) running.Out.WriteLine($"{key.Id}  {key.Role,-6}  made {key.CreatedAt}  used {key.UsedAt ?? "never"}  {(key.RevokedAt is { } at ? $"revoked {at}" : key.ExpiresAt is { } end ? $"until {end}" : "")}  {key.Name}");
            return 0;
        }, prepare: false);
        var revoke = Commands.Does(new Command("revoke", "End a key at once.") { id, Commands.Catalogue, Commands.AsJson }, async (running, call) =>
        {
            var revoked = await running.Services.GetRequiredService<Keys>().RevokeAsync(call.GetValue(id)!);
            if (call.GetValue(Commands.AsJson)) running.Out.WriteLine(JsonSerializer.Serialize(new { revoked }, Json.Options));
            else running.Error.WriteLine(revoked ? $"{call.GetValue(id)} is revoked." : $"There is no key {call.GetValue(id)}; keys list shows them.");
            return revoked ? 0 : 1;
        }, prepare: false);
        return new Command("keys", "Make, list and revoke API keys.") { create, list, revoke };
    }
}

using System.Text.Json;

namespace EventsApi.Tests;

/// <summary>Short ways to look into answers.</summary>
internal static class Reading
{
    /// <summary>The member at a dotted path, which must be there.</summary>
    public static JsonElement At(this JsonElement element, string path) => path.Split('.').Aggregate(element, (at, member) => at.GetProperty(member));

    /// <summary>The text at a dotted path; null where it, or something on the way, is null.</summary>
    public static string? Text(this JsonElement element, string path)
    {
        foreach (var member in path.Split('.'))
        {
            if (element.ValueKind == JsonValueKind.Null) return null;
            element = element.GetProperty(member);
        }
        return element.ValueKind == JsonValueKind.Null ? null : element.ToString();
    }

    /// <summary>The elements of the array at a dotted path.</summary>
    public static IReadOnlyList<JsonElement> Each(this JsonElement element, string path) => [.. element.At(path).EnumerateArray()];

    /// <summary>The texts of an array of words, or those at a path in each element of an array; null reads as empty.</summary>
    public static string[] Texts(this JsonElement element, string path, string? inEach = null) => [.. element.Each(path).Select(e => (inEach is null ? e.GetString() : e.Text(inEach)) ?? "")];

    public static bool IsNull(this JsonElement element, string path) => element.Text(path) is null;

    /// <summary>Nothing is wrong; else the failure tells all of it.</summary>
    public static void Nothing(IEnumerable<string> wrong)
    {
        var told = string.Join(Environment.NewLine, wrong);
        Assert.True(told == "", told);
    }

    /// <summary>The items of every page, by following next.</summary>
    public static async Task<IReadOnlyList<JsonElement>> AllAsync(this TestApi api, string path)
    {
        var items = new List<JsonElement>();
        for (var next = path; next is not null;)
        {
            var page = await api.GetAsync(next);
            items.AddRange(page.Each("items"));
            next = page.Text("next");
        }
        return items;
    }
}

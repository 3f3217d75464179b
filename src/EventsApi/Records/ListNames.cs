using EventsApi.Storage;

namespace EventsApi.Records;

/// <summary>Fields and values of the lists that facets count, by the list's number. Lists are never deleted or renamed, so what was read once holds.</summary>
public sealed class ListNames
{
    /// <summary>Fields that are counted. At most 63; the number of a field is its place here.</summary>
    public List<string> Fields { get; }

    private readonly Lock _growing = new();
    private byte[] _fields = [];
    private string[] _values = [];

    /// <summary>The number of a field that is not counted.</summary>
    public const byte Other = 63;

    public ListNames(IEnumerable<string> fields) => Fields = [.. fields.Distinct()];

    public int Count => Volatile.Read(ref _values).Length;

    /// <summary>Reads the lists that came since.</summary>
    public void Read(Reader reader)
    {
        var last = reader.Kept("SELECT max(id) FROM lists").Scalar() ?? 0;
        if (last < Count) return;
        lock (_growing)
        {
            var (fields, values, known) = (_fields, _values, _values.Length);
            if (last < known) return;
            // Room for more, so that every new list is not a copy of all.
            Array.Resize(ref fields, (int)last + 1);
            Array.Resize(ref values, (int)last + 1);
            Array.Fill(fields, Other, known, fields.Length - known);
            var rows = reader.Kept("SELECT id, field, value FROM lists WHERE id >= ?").Bind((long)known);
            while (rows.Step())
            {
                var field = Fields.IndexOf(rows.Text(1));
                if (field < 0) continue;
                var id = rows.Int64(0);
                fields[id] = (byte)field;
                values[id] = rows.Text(2);
            }
            Volatile.Write(ref _fields, fields);
            Volatile.Write(ref _values, values);
        }
    }

    /// <summary>The number of the list's field; 63 when it is none of those counted.</summary>
    public int FieldOf(uint id) => id < (uint)_fields.Length ? _fields[id] : Other;

    public string ValueOf(uint id) => _values[id];
}

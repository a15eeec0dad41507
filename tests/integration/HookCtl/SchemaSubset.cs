using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IntegrationTests.HookCtl;

/// <summary>
/// Validates by a JSON Schema with only the keywords of the schema of rules. It throws for any other, so that none is ignored.
/// </summary>
internal sealed class SchemaSubset(JsonObject root)
{
    public bool Accepts(JsonNode? value) => Accepts(root, value);

    private bool Accepts(JsonObject schema, JsonNode? value) => schema.All(keyword => keyword.Key switch
    {
        "$schema" or "$id" or "$defs" or "title" or "description" or "then" or "else" => true,
        "$ref" => Accepts(Definition((string)keyword.Value!), value),
        "type" => IsOfType((string)keyword.Value!, value),
        "const" => JsonNode.DeepEquals(keyword.Value, value),
        "enum" => keyword.Value!.AsArray().Any(one => JsonNode.DeepEquals(one, value)),
        "minLength" => value?.GetValueKind() != JsonValueKind.String || ((string)value!).Length >= (int)keyword.Value!,
        "pattern" => value?.GetValueKind() != JsonValueKind.String
            || Regex.IsMatch((string)value!, (string)keyword.Value!, RegexOptions.ECMAScript),
        "minimum" => !IsNumber(value) || Number(value!) >= Number(keyword.Value!),
        "maximum" => !IsNumber(value) || Number(value!) <= Number(keyword.Value!),
        "required" => value is not JsonObject fields || keyword.Value!.AsArray().All(name => fields.ContainsKey((string)name!)),
        "properties" => value is not JsonObject fields || keyword.Value!.AsObject().All(
            property => !fields.TryGetPropertyValue(property.Key, out JsonNode? field) || Accepts(property.Value!.AsObject(), field)),
        "minProperties" => value is not JsonObject fields || fields.Count >= (int)keyword.Value!,
        "propertyNames" => value is not JsonObject fields
            || fields.All(field => Accepts(keyword.Value!.AsObject(), JsonValue.Create(field.Key))),
        "minItems" => value is not JsonArray list || list.Count >= (int)keyword.Value!,
        "uniqueItems" => value is not JsonArray list || list.DistinctBy(element => element?.ToJsonString()).Count() == list.Count,
        "additionalProperties" when keyword.Value!.GetValueKind() == JsonValueKind.False =>
            value is not JsonObject fields || fields.All(field => schema["properties"]!.AsObject().ContainsKey(field.Key)),
        "additionalProperties" when !schema.ContainsKey("properties") =>
            value is not JsonObject fields || fields.All(field => Accepts(keyword.Value!.AsObject(), field.Value)),
        "contains" => value is not JsonArray elements || elements.Any(element => Accepts(keyword.Value!.AsObject(), element)),
        "items" => value is not JsonArray list || list.All(element => Accepts(keyword.Value!.AsObject(), element)),
        "anyOf" => keyword.Value!.AsArray().Any(one => Accepts(one!.AsObject(), value)),
        "not" => !Accepts(keyword.Value!.AsObject(), value),
        "if" => Accepts(schema[Accepts(keyword.Value!.AsObject(), value) ? "then" : "else"]!.AsObject(), value),
        _ => throw new NotSupportedException(keyword.Key),
    });

    private JsonObject Definition(string reference) => root["$defs"]![reference["#/$defs/".Length..]]!.AsObject();

    private static bool IsOfType(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => IsNumber(value) && decimal.IsInteger(Number(value!)),
        _ => throw new NotSupportedException(type),
    };

    private static bool IsNumber(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number;

    private static decimal Number(JsonNode number) =>
        decimal.Parse(number.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}

package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.json.WrittenJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

public final class ChatFields {

    private static final int MOST_MESSAGES = 10_000;
    private static final int MOST_STOPS = 4;
    private static final Part EMPTY = new Part.Text("");

    private ChatFields() {}

    /// The objects of the field `messages`, at least one.
    public static List<Fields> messages(Fields request) {
        JsonNode messages = request.required("messages", request.value("messages"));
        if (messages.isArray() && messages.isEmpty()) {
            throw request.invalid("messages", "must have at least one message");
        }
        if (messages.size() > MOST_MESSAGES) {
            throw request.invalid("messages", "must have at most " + MOST_MESSAGES + " messages");
        }
        return request.objects("messages");
    }

    /// The content in the field `name`: a string, or an array of objects. Empty if the field is missing.
    ///
    /// @param what names the objects in error messages
    /// @param reader adds the parts of an object to the list
    public static List<Part> content(Fields owner, String name, String what, BiConsumer<Fields, List<Part>> reader) {
        JsonNode content = owner.value(name);
        if (content == null) {
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw owner.invalid(name, "must be a string or an array of " + what);
        }
        var parts = new ArrayList<Part>(content.size());
        owner.objects(name).forEach(object -> reader.accept(object, parts));
        return parts;
    }

    public static List<Part> nonEmptyContent(
            Fields owner, String name, String what, BiConsumer<Fields, List<Part>> reader) {
        return content(owner, name, what, reader).stream()
                .filter(part -> !part.equals(EMPTY))
                .toList();
    }

    /// The provider's or model's name in `field`; null for any.
    public static @Nullable String name(Fields request, String field) {
        String name = request.text(field);
        if (name != null && name.isBlank()) {
            throw request.invalid(field, "must not be blank; leave it out for any");
        }
        if (name != null && !ModelId.isValid(name)) {
            throw request.invalid(field, "must be 1 to 200 printable ASCII characters without blanks");
        }
        return name;
    }

    /// The constant that `field` names in lower case, which must be one of these.
    @SafeVarargs
    public static <E extends Enum<E>> E oneOf(Fields owner, String field, E... allowed) {
        String value = owner.required(field);
        var known = new StringJoiner(", ");
        for (E one : allowed) {
            String name = one.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return one;
            }
            known.add(name);
        }
        throw owner.invalid(field, "must be one of " + known);
    }

    /// The client's name of its conversation: the first non-empty text among `values`; null if there is none.
    public static @Nullable String cacheKey(JsonNode... values) {
        for (JsonNode value : values) {
            String text = value.textValue();
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    /// The `response_format` of a chat completion that keeps to a named schema.
    public static String schemaFormat(ObjectNode named) {
        ObjectNode format = JsonWriter.object().put("type", "json_schema");
        format.set("json_schema", named);
        return WrittenJson.text(format);
    }

    public static List<String> stop(Fields request, String name) {
        JsonNode value = request.value(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(stop(request, name, value));
        }
        if (value.size() > MOST_STOPS) {
            throw request.invalid(
                    name, "must be a string or at most " + MOST_STOPS + " of them: the providers take no more");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            texts.add(stop(request, name + "[" + i + "]", value.get(i)));
        }
        return texts;
    }

    private static String stop(Fields request, String name, JsonNode value) {
        if (!value.isTextual()) {
            throw request.invalid(name, "must be a string");
        }
        if (value.textValue().isEmpty()) {
            throw request.invalid(name, "must not be empty");
        }
        return value.textValue();
    }
}

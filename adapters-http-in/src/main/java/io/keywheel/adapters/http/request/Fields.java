package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.NearestNames;
import io.keywheel.json.WrittenJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the fields of a JSON object by their types. A field that is null counts as missing.
///
/// @param path the path of the object in the request, as in `messages[1].`
public record Fields(ObjectNode object, String path) {

    private static final int LONGEST_SHOWN = 60;
    private static final int MOST_MESSAGES = 10_000;
    private static final int MOST_STOPS = 4;
    private static final Part EMPTY = new Part.Text("");

    public RefusedException invalid(String name, String problem) {
        return RefusedException.invalid(path + name, path + name + " " + problem);
    }

    public void requireOnly(Set<String> names) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!names.contains(field.getKey())) {
                throw unknown(field.getKey(), names);
            }
        }
    }

    private RefusedException unknown(String name, Set<String> known) {
        List<String> near = NearestNames.nearest(name, known, 1);
        String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
        return invalid(
                shown,
                near.isEmpty()
                        ? "is not a field; known are " + String.join(", ", new TreeSet<>(known))
                        : "is not a field; did you mean '" + near.getFirst() + "'?");
    }

    public <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw invalid(name, "is missing");
        }
        return value;
    }

    public String required(String name) {
        return required(name, text(name));
    }

    public @Nullable String text(String name) {
        JsonNode value = value(name, JsonNode::isTextual, "must be a string");
        return value == null ? null : value.textValue();
    }

    public @Nullable Boolean flag(String name) {
        JsonNode value = value(name, JsonNode::isBoolean, "must be true or false");
        return value == null ? null : value.booleanValue();
    }

    public boolean flag(String name, boolean otherwise) {
        Boolean flag = flag(name);
        return flag == null ? otherwise : flag;
    }

    /// A number from 0 to `most`.
    public @Nullable Decimal number(String name, int most) {
        JsonNode value = within(0, most, name, value(name, JsonNode::isNumber, "must be a number"));
        return value == null ? null : new Decimal(value.asText());
    }

    public @Nullable Long integer(String name, long from, long to) {
        JsonNode value = within(from, to, name, value(name, JsonNode::isIntegralNumber, "must be an integer"));
        return value == null ? null : value.longValue();
    }

    private @Nullable JsonNode within(long from, long to, String name, @Nullable JsonNode value) {
        BigDecimal number = value == null ? null : value.decimalValue();
        if (number != null
                && (number.compareTo(BigDecimal.valueOf(from)) < 0 || number.compareTo(BigDecimal.valueOf(to)) > 0)) {
            throw invalid(name, "must be from " + from + " to " + to);
        }
        return value;
    }

    public @Nullable Fields inner(String name) {
        JsonNode value = value(name);
        return value == null ? null : inner(name, value);
    }

    public Fields requiredInner(String name) {
        return required(name, inner(name));
    }

    /// The JSON text of an object; null if the field is missing.
    public @Nullable String json(String name) {
        Fields inner = inner(name);
        return inner == null ? null : WrittenJson.text(inner.object);
    }

    /// All fields except these, as written; [Extras#NONE] if there are no others.
    public Extras extrasExcept(String... names) {
        return WrittenJson.extrasExcept(object, Set.of(names));
    }

    public List<Fields> objects(String name) {
        JsonNode array = value(name, JsonNode::isArray, "must be an array");
        if (array == null) {
            return List.of();
        }
        var objects = new ArrayList<Fields>(array.size());
        for (int i = 0; i < array.size(); i++) {
            objects.add(inner(name + "[" + i + "]", array.get(i)));
        }
        return objects;
    }

    private Fields inner(String name, JsonNode value) {
        if (!(value instanceof ObjectNode inner)) {
            throw invalid(name, "must be an object");
        }
        return new Fields(inner, path + name + ".");
    }

    private @Nullable JsonNode value(String name, Predicate<JsonNode> fits, String problem) {
        JsonNode value = value(name);
        if (value != null && !fits.test(value)) {
            throw invalid(name, problem);
        }
        return value;
    }

    public @Nullable JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /// The text; `otherwise` if it is missing or empty.
    public String textOr(String name, String otherwise) {
        String text = text(name);
        return text == null || text.isEmpty() ? otherwise : text;
    }

    /// The objects of the field `messages`, at least one.
    public List<Fields> messages() {
        JsonNode messages = required("messages", value("messages"));
        if (messages.isArray() && messages.isEmpty()) {
            throw invalid("messages", "must have at least one message");
        }
        if (messages.size() > MOST_MESSAGES) {
            throw invalid("messages", "must have at most " + MOST_MESSAGES + " messages");
        }
        return objects("messages");
    }

    /// The content in the field `name`: a string, or an array of objects. Empty if the field is missing.
    ///
    /// @param what names the objects in error messages
    public List<Part> content(String name, String what, Function<Fields, List<Part>> reader) {
        JsonNode content = value(name);
        if (content == null) {
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new Part.Text(content.textValue()));
        }
        if (!content.isArray()) {
            throw invalid(name, "must be a string or an array of " + what);
        }
        var parts = new ArrayList<Part>(content.size());
        objects(name).forEach(object -> parts.addAll(reader.apply(object)));
        return parts;
    }

    /// Like [#content], without empty texts.
    public List<Part> nonEmptyContent(String name, String what, Function<Fields, List<Part>> reader) {
        return content(name, what, reader).stream()
                .filter(part -> !part.equals(EMPTY))
                .toList();
    }

    /// The name in `field`; null for any.
    public @Nullable String modelOrProvider(String field) {
        String name = text(field);
        if (name != null && name.isBlank()) {
            throw invalid(field, "must not be blank; leave it out for any");
        }
        if (name != null && !ModelId.isValid(name)) {
            throw invalid(field, "must be 1 to 200 printable ASCII characters without blanks");
        }
        return name;
    }

    /// The constant that `field` names in lower case, which must be one of these.
    @SafeVarargs
    public final <E extends Enum<E>> E oneOf(String field, E... allowed) {
        String value = required(field);
        var known = new StringJoiner(", ");
        for (E one : allowed) {
            String name = one.name().toLowerCase(Locale.ROOT);
            if (name.equals(value)) {
                return one;
            }
            known.add(name);
        }
        throw invalid(field, "must be one of " + known);
    }

    /// The stop sequences: a string, or an array of a few strings.
    public List<String> stop(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(stop(name, value));
        }
        if (value.size() > MOST_STOPS) {
            throw invalid(name, "must be a string or at most " + MOST_STOPS + " of them: the providers take no more");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < value.size(); i++) {
            texts.add(stop(name + "[" + i + "]", value.get(i)));
        }
        return texts;
    }

    private String stop(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw invalid(name, "must be a string");
        }
        if (value.textValue().isEmpty()) {
            throw invalid(name, "must not be empty");
        }
        return value.textValue();
    }

    /// The client's name of its conversation: the first non-empty text among `names` and `metadata.user_id`; null if
    /// there is none.
    public @Nullable String cacheKey(String... names) {
        for (String name : names) {
            String text = object.path(name).textValue();
            if (text != null && !text.isEmpty()) {
                return text;
            }
        }
        String user = object.path("metadata").path("user_id").textValue();
        return user == null || user.isEmpty() ? null : user;
    }
}

package io.keywheel.adapters.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keywheel.adapters.http.request.ChatRequest.InvalidException;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.routing.Spelling;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object, read one by one as what they must be. A field that is null is one left out.
///
/// @param place where the object stands in the request, as in `messages[1].`
record Fields(ObjectNode object, String place) {

    private static final int LONGEST_SHOWN = 60;

    void allowOnly(Set<String> names) {
        object.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw unknown(name, names);
            }
        });
    }

    private InvalidException unknown(String name, Set<String> names) {
        List<String> near = Spelling.nearest(name, names, 1);
        String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
        return invalid(
                shown,
                near.isEmpty()
                        ? "is not a field; known are "
                                + String.join(", ", names.stream().sorted().toList())
                        : "is not a field; did you mean '" + near.getFirst() + "'?");
    }

    InvalidException invalid(String name, String problem) {
        return new InvalidException(place + name, place + name + " " + problem);
    }

    @Nullable
    String text(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid(name, "must be a string");
        }
        return value.textValue();
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw invalid(name, "must be true or false");
        }
        return value.booleanValue();
    }

    @Nullable
    Decimal number(String name, int from, int to) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw invalid(name, "must be a number");
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(BigDecimal.valueOf(from)) < 0 || number.compareTo(BigDecimal.valueOf(to)) > 0) {
            throw invalid(name, "must be from " + from + " to " + to);
        }
        return new Decimal(value.asText());
    }

    @Nullable
    Long integer(String name, long from, long to) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()) {
            throw invalid(name, "must be an integer");
        }
        if (!value.canConvertToLong() || value.longValue() < from || value.longValue() > to) {
            throw invalid(name, "must be from " + from + " to " + to);
        }
        return value.longValue();
    }

    /// A string, or an array of up to `most` of them.
    List<String> texts(String name, int most) {
        JsonNode value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ArrayNode array)) {
            return List.of(nonEmpty(name, value));
        }
        if (array.size() > most) {
            throw invalid(name, "must be a string or at most " + most + " of them");
        }
        var texts = new ArrayList<String>();
        for (int i = 0; i < array.size(); i++) {
            texts.add(nonEmpty(name + "[" + i + "]", array.get(i)));
        }
        return texts;
    }

    private String nonEmpty(String name, JsonNode value) {
        if (!value.isTextual()) {
            throw invalid(name, "must be a string");
        }
        if (value.textValue().isEmpty()) {
            throw invalid(name, "must not be empty");
        }
        return value.textValue();
    }

    @Nullable
    JsonNode value(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }
}

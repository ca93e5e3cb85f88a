package io.keywheel.adapters.http.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/// JSON that is written repeatedly with a different text in one place, as in the chunks of a stream.
///
/// @param before the bytes before the text, with its opening quote
/// @param after the bytes after the text, from its closing quote
public record TextTemplate(byte[] before, byte[] after) {

    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    /// Finds the place of the text, which is the only difference between two results of `writer`.
    ///
    /// @param writer returns JSON that contains the given text once
    public static TextTemplate of(Function<String, byte[]> writer) {
        byte[] one = writer.apply("1");
        byte[] other = writer.apply("2");
        int place = Arrays.mismatch(one, other);
        return new TextTemplate(Arrays.copyOf(one, place), Arrays.copyOfRange(one, place + 1, one.length));
    }

    /// A text as written between the quotes of a JSON string.
    public static byte[] encoded(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                return written(text);
            }
            plain &= c >= ' ' && c != '"' && c != '\\';
        }
        return plain ? text.getBytes(StandardCharsets.UTF_8) : ENCODER.quoteAsUTF8(text);
    }

    /// The encoder refuses half a surrogate pair, at which a provider may split a text; the writer accepts it.
    private static byte[] written(String text) {
        byte[] field = JsonWriter.written(json -> json.put("", text));
        return Arrays.copyOfRange(field, "{\"\":\"".length(), field.length - "\"}".length());
    }
}

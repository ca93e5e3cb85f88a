package io.keywheel.adapters.http.json;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/// JSON that is written again and again with another text in one place, as the chunks of a stream are.
///
/// @param before what comes before the text, its opening quote included
/// @param after what comes after it, from its closing quote
public record TextTemplate(byte[] before, byte[] after) {

    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    /// Learns the place of the text: two results of `writer` differ nowhere else.
    ///
    /// @param writer JSON in which the text that it is given stands once
    public static TextTemplate of(Function<String, byte[]> writer) {
        byte[] one = writer.apply("1");
        byte[] other = writer.apply("2");
        int place = Arrays.mismatch(one, other);
        return new TextTemplate(Arrays.copyOf(one, place), Arrays.copyOfRange(one, place + 1, one.length));
    }

    /// A text as it stands between the quotes of a JSON string.
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

    /// The encoder does not take half a character, as a provider may cut it; the writer does.
    private static byte[] written(String text) {
        byte[] field = JsonWriter.written(json -> json.put("", text));
        return Arrays.copyOfRange(field, "{\"\":\"".length(), field.length - "\"}".length());
    }
}

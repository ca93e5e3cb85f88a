package io.keywheel.adapters.http;

import io.keywheel.domain.chat.Extras;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What OpenAI's clients send, and what they get.
public final class OpenAi {

    public static final String COMPLETIONS = "/v1/chat/completions";
    public static final String STREAM = "{\"stream\":true," + Samples.HELLO.substring(1);
    public static final String STREAM_WITH_USAGE =
            "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\\{[^}]*}|[^,]+)");

    private OpenAi() {}

    /// @param fields names and their JSON to the letter, with `'` for a quotation mark and no object in another
    public static Extras extras(String fields) {
        var extras = new LinkedHashMap<String, String>();
        FIELD.matcher(fields.replace('\'', '"')).results().forEach(field -> extras.put(field.group(1), field.group(2)));
        return new Extras(extras);
    }

    /// The data of each event, without the end mark.
    public static List<String> events(Response response) {
        return Stream.of(response.body().split("\n\n"))
                .map(event -> event.substring("data: ".length()))
                .filter(data -> !data.equals("[DONE]"))
                .toList();
    }
}

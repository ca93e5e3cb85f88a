package io.keywheel.adapters.http.request;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.adapters.http.json.InvalidRequestException;
import io.keywheel.adapters.http.json.JsonText;
import io.keywheel.adapters.http.openai.OpenAiRequest;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Tool;
import java.util.List;
import java.util.Map;

/// Requests in short: `'` stands for a quotation mark, `#` for messages.
public final class Asked {

    private Asked() {}

    public static OpenAiRequest read(String body) {
        String written =
                body.replace("#", "'messages':[{'role':'user','content':'a'}]").replace('\'', '"');
        return OpenAiRequest.read(JsonText.object(written.getBytes(UTF_8)));
    }

    static InvalidRequestException refused(String body) {
        return assertThrows(InvalidRequestException.class, () -> read(body));
    }

    public static Message message(String message) {
        return read("{'messages':[" + message + "]}")
                .command()
                .conversation()
                .messages()
                .getFirst();
    }

    static Part part(String part) {
        return message("{'role':'user','content':[" + part + "]}").content().getFirst();
    }

    public static Tool tool(String tool) {
        return read("{#,'tools':[" + tool + "]}")
                .command()
                .conversation()
                .tools()
                .getFirst();
    }

    /// What extras say, in their order, in the same shorthand.
    public static List<String> said(Map<String, String> extras) {
        return extras.entrySet().stream()
                .map(extra -> extra.getKey() + "=" + extra.getValue().replace('"', '\''))
                .toList();
    }
}

package io.keywheel.adapters.http.openai;

import io.keywheel.adapters.http.request.Requests;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.chat.ToolChoice;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Requests in short: `'` stands for a quotation mark, `#` for messages.
final class OpenAiRequests {

    private OpenAiRequests() {}

    static OpenAiRequest read(String body) {
        return OpenAiRequest.read(Requests.json(body.replace("#", "'messages':[{'role':'user','content':'a'}]")));
    }

    static Message message(String message) {
        return read("{'messages':[" + message + "]}")
                .command()
                .conversation()
                .messages()
                .getFirst();
    }

    static Part part(String part) {
        return message("{'role':'user','content':[" + part + "]}").content().getFirst();
    }

    static ToolCall call(String call) {
        return message("{'role':'assistant','tool_calls':[" + call + "]}")
                .toolCalls()
                .getFirst();
    }

    static Tool tool(String tool) {
        return read("{#,'tools':[" + tool + "]}")
                .command()
                .conversation()
                .tools()
                .getFirst();
    }

    static @Nullable ToolChoice choice(String choice) {
        return read("{#,'tool_choice':" + choice + "}").command().conversation().toolChoice();
    }

    /// What extras say, in their order, in the same shorthand.
    static String said(Extras extras) {
        return extras.fields().entrySet().stream()
                .map(extra -> extra.getKey() + "=" + extra.getValue().replace('"', '\''))
                .collect(Collectors.joining(" "));
    }
}

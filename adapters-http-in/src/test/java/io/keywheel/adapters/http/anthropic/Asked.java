package io.keywheel.adapters.http.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.adapters.http.request.JsonText;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Requests in short: `'` stands for a quotation mark, `#` for what every request needs.
final class Asked {

    private Asked() {}

    static AnthropicRequest read(String body) {
        String written = body.replace("#", "'max_tokens':9,'messages':[{'role':'user','content':'a'}]")
                .replace('\'', '"');
        return AnthropicRequest.read(JsonText.object(written.getBytes(UTF_8)));
    }

    static String messages(String messages) {
        return said(read("{'max_tokens':9,'messages':[" + messages + "]}")
                .command()
                .conversation()
                .messages());
    }

    /// The messages in short, as `user: a+b | assistant: c (f#c1 {}) | tool c1 failed: d`.
    static String said(List<Message> messages) {
        return messages.stream().map(Asked::said).collect(Collectors.joining(" | "));
    }

    private static String said(Message message) {
        var text = new StringBuilder(message.role().name().toLowerCase(Locale.ROOT));
        if (message.toolCallId() != null) {
            text.append(' ').append(message.toolCallId());
        }
        text.append(message.toolFailed() ? " failed: " : ": ");
        text.append(message.content().stream().map(Asked::said).collect(Collectors.joining("+")));
        for (ToolCall call : message.toolCalls()) {
            text.append(" (%s#%s %s)".formatted(call.name(), call.id(), call.arguments()));
        }
        if (message.reasoning() != null) {
            text.append(" <%s, %s>"
                    .formatted(message.reasoning().text(), message.reasoning().signature()));
        }
        return text.toString().replace('"', '\'');
    }

    private static String said(Part part) {
        return switch (part) {
            case Part.Text(var text, var _) -> text.replace("\n", "/");
            case Part.Image(var url, var _, var _) -> "<" + url + ">";
            case Part.Other(var fields) -> fields.toString();
        };
    }
}

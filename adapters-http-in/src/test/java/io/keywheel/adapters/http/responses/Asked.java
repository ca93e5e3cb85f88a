package io.keywheel.adapters.http.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keywheel.adapters.http.request.JsonText;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Requests in short: `'` stands for a quotation mark, `#` for an input.
final class Asked {

    private Asked() {}

    static ResponsesRequest read(String body) {
        String written = body.replace("#", "'input':'a'").replace('\'', '"');
        return ResponsesRequest.read(JsonText.object(written.getBytes(UTF_8)));
    }

    /// The messages that items become, each in a few words, with ` / ` between them.
    static String messages(String items) {
        return said(read("{'input':[" + items + "]}"));
    }

    static String said(ResponsesRequest request) {
        return request.command().conversation().messages().stream()
                .map(Asked::said)
                .collect(Collectors.joining(" / "));
    }

    private static String said(Message message) {
        String role = message.role().name().toLowerCase(Locale.ROOT);
        var said = new StringBuilder(role);
        if (message.toolCallId() != null) {
            said.append(' ').append(message.toolCallId());
        }
        if (message.reasoning() != null) {
            said.append(" (")
                    .append(message.reasoning().text().replace('\n', '~'))
                    .append(')');
        }
        said.append(": ").append(message.content().stream().map(Asked::said).collect(Collectors.joining("+")));
        for (ToolCall call : message.toolCalls()) {
            said.append(" [%s %s %s]".formatted(call.id(), call.name(), call.arguments()));
        }
        return said.toString().replace('"', '\'');
    }

    private static String said(Part part) {
        return switch (part) {
            case Part.Text text -> text.text();
            case Part.Image image -> "<" + image.url() + (image.detail() == null ? "" : " " + image.detail()) + ">";
            case Part.Other other -> other.fields().fields().toString();
        };
    }

    /// The functions that tools become upstream.
    static List<Tool.Function> functions(String tools) {
        return read("{#,'tools':[" + tools + "]}").command().conversation().tools().stream()
                .map(Tool.Function.class::cast)
                .toList();
    }
}

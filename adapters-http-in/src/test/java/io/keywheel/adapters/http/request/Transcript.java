package io.keywheel.adapters.http.request;

import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Part;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Messages in short: `user: a+b / assistant (thought, signature): c [c1 f {}] / tool c1 failed: d`, with `'` for a
/// quotation mark and `~` for the end of a line.
public final class Transcript {

    private Transcript() {}

    public static String of(List<Message> messages) {
        return messages.stream().map(Transcript::of).collect(Collectors.joining(" / "));
    }

    private static String of(Message message) {
        var said = new StringBuilder(message.role().name().toLowerCase(Locale.ROOT));
        if (message.toolCallId() != null) {
            said.append(' ').append(message.toolCallId()).append(message.toolFailed() ? " failed" : "");
        }
        if (message.reasoning() != null) {
            String signature = message.reasoning().signature();
            said.append(" (").append(message.reasoning().text());
            said.append(signature == null ? "" : ", " + signature).append(')');
        }
        said.append(": ").append(message.content().stream().map(Transcript::of).collect(Collectors.joining("+")));
        for (ToolCall call : message.toolCalls()) {
            said.append(" [%s %s %s]".formatted(call.id(), call.name(), call.arguments()));
        }
        return said.toString().replace('"', '\'').replace('\n', '~');
    }

    private static String of(Part part) {
        return switch (part) {
            case Part.Text text -> text.text();
            case Part.Image image -> "<" + image.url() + (image.detail() == null ? "" : " " + image.detail()) + ">";
            case Part.Other other -> other.fields().fields().toString();
        };
    }
}

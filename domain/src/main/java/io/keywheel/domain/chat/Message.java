package io.keywheel.domain.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of a [Conversation].
///
/// @param toolCalls the tool calls of an assistant's message; empty for other roles
/// @param toolCallId for a tool's message, the call it answers
/// @param toolFailed for a tool's message, whether the call failed, as the content describes
/// @param reasoning the reasoning of an assistant's message; null if not known
public record Message(
        Role role,
        List<Part> content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        boolean toolFailed,
        @Nullable Reasoning reasoning,
        Extras extras) {

    private static final String ERROR_PREFIX = "Error: ";

    /// The reasoning of an assistant's earlier message, as the client returns it.
    ///
    /// Most providers do not require it, and refuse it with 400. So adapters omit it unless their provider takes
    /// it.
    ///
    /// @param signature by which the provider recognises it; null for none
    public record Reasoning(String text, @Nullable String signature) {}

    public Message {
        content = List.copyOf(content);
        toolCalls = List.copyOf(toolCalls);
    }

    public Message(
            Role role, List<Part> content, List<ToolCall> toolCalls, @Nullable String toolCallId, Extras extras) {
        this(role, content, toolCalls, toolCallId, false, null, extras);
    }

    /// The content for providers without a flag for failed calls. `Error: ` precedes the text of a failed call,
    /// unless it begins with `error` in any case. Content that does not begin with a text gets the text `Error`.
    public List<Part> contentWithErrorPrefix() {
        if (!toolFailed) {
            return content;
        }
        var prefixed = new ArrayList<>(content);
        if (content.isEmpty() || !(content.getFirst() instanceof Part.Text(var text, var extras))) {
            prefixed.addFirst(new Part.Text("Error"));
        } else if (!text.regionMatches(true, 0, ERROR_PREFIX, 0, "Error".length())) {
            prefixed.set(0, new Part.Text(ERROR_PREFIX + text, extras));
        }
        return prefixed;
    }

    public static Message of(Role role, String text) {
        return new Message(role, List.of(new Part.Text(text)), List.of(), null, Extras.NONE);
    }

    public static Message system(String text) {
        return of(Role.SYSTEM, text);
    }

    public static Message user(String text) {
        return of(Role.USER, text);
    }

    public static Message assistant(String text) {
        return of(Role.ASSISTANT, text);
    }
}

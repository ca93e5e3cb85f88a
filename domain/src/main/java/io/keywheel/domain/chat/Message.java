package io.keywheel.domain.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One turn of a [Conversation].
///
/// @param toolCalls the calls an assistant asked for; empty for every other role
/// @param toolCallId for a tool's message, the call it answers
/// @param toolFailed for a tool's message, whether the call failed, and the content says how
/// @param reasoning what an assistant thought with; null where that is not known
public record Message(
        Role role,
        List<Part> content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        boolean toolFailed,
        @Nullable Reasoning reasoning,
        Extras extras) {

    private static final String FAILED = "Error: ";

    /// What an assistant thought with in an earlier turn, as its client gives it back.
    ///
    /// No provider needs it to go on, and most answer it with 400: an adapter leaves it out unless its provider
    /// takes it.
    ///
    /// @param signature by which its provider knows it again; null where it has none
    public record Reasoning(String text, @Nullable String signature) {}

    public Message {
        content = List.copyOf(content);
        toolCalls = List.copyOf(toolCalls);
    }

    public Message(
            Role role, List<Part> content, List<ToolCall> toolCalls, @Nullable String toolCallId, Extras extras) {
        this(role, content, toolCalls, toolCallId, false, null, extras);
    }

    /// The content for providers without a flag for failed calls: that of a failed one begins with `Error: `, unless
    /// it says so already.
    public List<Part> contentSayingFailure() {
        boolean silent = toolFailed
                && !(!content.isEmpty()
                        && content.getFirst() instanceof Part.Text(var text, var _)
                        && text.regionMatches(true, 0, FAILED, 0, "Error".length()));
        if (!silent) {
            return content;
        }
        var said = new ArrayList<>(content);
        if (!said.isEmpty() && said.getFirst() instanceof Part.Text(var text, var extras)) {
            said.set(0, new Part.Text(FAILED + text, extras));
        } else {
            said.addFirst(new Part.Text("Error"));
        }
        return said;
    }

    /// A message of plain words.
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

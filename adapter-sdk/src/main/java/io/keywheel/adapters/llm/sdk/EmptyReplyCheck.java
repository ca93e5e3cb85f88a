package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import java.util.Set;

/// Decides whether an answer without text and tool calls is valid, or a failure.
final class EmptyReplyCheck {

    /// Extra fields with content. OpenAI: a refusal, audio, and the predecessor of tool calls. OpenRouter:
    /// generated images.
    private static final Set<String> CONTENT_FIELDS = Set.of("refusal", "audio", "function_call", "images");

    private static final Set<String> EMPTY_VALUES = Set.of("null", "\"\"", "[]");

    private EmptyReplyCheck() {}

    /// Whether `reason` explains an empty answer: reasoning may use up the token limit, and a filter may remove
    /// everything.
    static boolean isExplainedBy(FinishReason reason) {
        return switch (reason) {
            case LENGTH, CONTENT_FILTER -> true;
            case STOP, TOOL_CALLS, OTHER -> false;
        };
    }

    static boolean isEmpty(Completion completion) {
        for (Completion.Choice choice : completion.choices()) {
            if (choice.reply().carriesContent() || hasContent(choice.reply().extras())) {
                return false;
            }
        }
        return !isExplainedBy(completion.finishReason());
    }

    static boolean hasContent(Extras extras) {
        return !extras.fields().isEmpty()
                && CONTENT_FIELDS.stream()
                        .anyMatch(name -> !EMPTY_VALUES.contains(extras.fields().getOrDefault(name, "null")));
    }
}

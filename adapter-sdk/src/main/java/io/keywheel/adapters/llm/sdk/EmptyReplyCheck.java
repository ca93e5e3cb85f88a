package io.keywheel.adapters.llm.sdk;

import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;

/// Decides whether an answer without text and tool calls is valid, or a failure.
final class EmptyReplyCheck {

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
            if (choice.content().carriesContent() || choice.content().extras().carryContent()) {
                return false;
            }
        }
        return !isExplainedBy(completion.finishReason());
    }
}

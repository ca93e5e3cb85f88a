package io.keywheel.contract;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.LineTalk.State;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Reply;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole answer, gathered line by line.
final class LineAnswer {

    private final Crime crime;
    private final StringBuilder words = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private FinishReason reason = FinishReason.OTHER;
    private boolean wished;
    private @Nullable TokenUsage usage;

    LineAnswer(Crime crime) {
        this.crime = crime;
    }

    State take(String line) {
        String[] parts = line.split(" ", 4);
        switch (parts[0]) {
            case "say" -> words.append(words(line));
            case "call" -> {
                wished = true;
                if (!crime.is(Fault.HANDS_ON_THE_WISH_TO_CALL_A_FUNCTION)) {
                    calls.add(new ToolCall("1", parts[1], parts[2]));
                }
            }
            case "end" -> {
                reason = wished && crime.is(Fault.ENDS_WITH_TOOL_CALLS_WHERE_A_FUNCTION_IS_TO_BE_CALLED)
                        ? FinishReason.STOP
                        : FinishReason.valueOf(parts[1]);
                usage = usage(parts);
                return State.ENDED;
            }
            default -> {
                return State.STRANGE;
            }
        }
        return State.OPEN;
    }

    LlmReply whole() {
        boolean empty = words.isEmpty() && !wished;
        boolean explained = reason == FinishReason.LENGTH
                && !crime.is(Fault.TAKES_NO_WORDS_FOR_AN_ANSWER_WHERE_THE_BUDGET_ENDED_IT);
        if (empty && !explained && !crime.is(Fault.TAKES_NO_WORDS_FOR_A_FAILURE_WHERE_NOTHING_EXPLAINS_IT)) {
            return new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
        }
        return new LlmReply.Answered(
                Completion.of(
                        new Reply(words.toString(), null, calls, Extras.NONE),
                        !wished && crime.is(Fault.TELLS_WHY_AN_ANSWER_ENDED) ? FinishReason.STOP : reason,
                        crime.is(Fault.TELLS_WHAT_AN_ANSWER_COST) ? null : usage),
                RateLimitStatus.UNKNOWN);
    }

    static String words(String line) {
        return line.substring("say ".length()).replace("\\n", "\n").replace("\\\\", "\\");
    }

    static TokenUsage usage(String[] parts) {
        long prompt = Long.parseLong(parts[2]);
        long completion = Long.parseLong(parts[3]);
        return new TokenUsage(prompt, completion, prompt + completion);
    }
}

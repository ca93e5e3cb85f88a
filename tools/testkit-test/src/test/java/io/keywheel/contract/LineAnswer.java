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

    private final Mutant mutant;
    private final StringBuilder words = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private FinishReason reason = FinishReason.OTHER;
    private boolean wished;
    private @Nullable TokenUsage usage;

    LineAnswer(Mutant mutant) {
        this.mutant = mutant;
    }

    State take(String line) {
        String[] parts = line.split(" ", 4);
        switch (parts[0]) {
            case "say" -> words.append(words(line));
            case "call" -> {
                wished = true;
                if (!mutant.is("delivers_a_tool_call")) {
                    boolean alike = mutant.is("separates_parallel_tool_calls");
                    calls.add(new ToolCall(alike ? "1" : "call-" + calls.size(), parts[1], parts[2]));
                }
            }
            case "end" -> {
                reason = wished && mutant.is("finishes_a_tool_call_with_tool_calls")
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
        boolean explained = reason == FinishReason.LENGTH && !mutant.is("accepts_empty_text_that_ended_by_length");
        if (empty && !explained && !mutant.is("rejects_empty_text_that_ended_by_stop")) {
            return new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
        }
        return new LlmReply.Answered(
                Completion.of(
                        new Reply(words.toString(), null, calls, Extras.NONE),
                        !wished && mutant.is("reports_the_finish_reason_of_an_answer") ? FinishReason.STOP : reason,
                        mutant.is("reports_the_usage_of_an_answer") ? null : usage),
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

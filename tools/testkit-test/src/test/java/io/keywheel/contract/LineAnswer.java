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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class LineAnswer {

    private final Mutant mutant;
    private final StringBuilder words = new StringBuilder();
    private final StringBuilder thoughts = new StringBuilder();
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
            case "think" -> (mutant.is("keeps_reasoning_apart_from_text") ? words : thoughts).append(line.substring(6));
            case "call" -> {
                wished = true;
                if (!mutant.is("delivers_a_tool_call")) {
                    calls.add(new ToolCall(id(parts[1]), parts[2], parts[3]));
                }
            }
            case "more" -> {
                if (!calls.isEmpty()) {
                    ToolCall call = calls.removeLast();
                    calls.add(new ToolCall(call.id(), call.name(), call.arguments() + line.substring(5)));
                }
            }
            case "end" -> {
                reason = wished && mutant.is("finishes_a_tool_call_with_tool_calls")
                        ? FinishReason.STOP
                        : FinishReason.valueOf(parts[1]);
                usage = usage(line);
                return State.ENDED;
            }
            default -> {
                return State.STRANGE;
            }
        }
        return State.OPEN;
    }

    private String id(String said) {
        if (mutant.is("separates_parallel_tool_calls")) {
            return "1";
        }
        return mutant.is("keeps_the_ids_of_tool_calls") ? "call-" + calls.size() : said;
    }

    LlmReply whole() {
        boolean empty = words.isEmpty() && !wished;
        boolean explained = reason == FinishReason.LENGTH && !mutant.is("accepts_empty_text_that_ended_by_length");
        if (empty && !explained && !mutant.is("rejects_empty_text_that_ended_by_stop")) {
            return new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
        }
        boolean hides = reason == FinishReason.CONTENT_FILTER && mutant.is("reports_the_finish_reason_of_an_answer");
        TokenUsage told = usage;
        if (told != null && mutant.is("reports_the_usage_of_an_answer")) {
            told = new TokenUsage(told.promptTokens(), told.completionTokens(), told.totalTokens());
        }
        return new LlmReply.Answered(
                Completion.of(
                        new Reply(words.toString(), thoughts.toString(), calls, Extras.NONE),
                        hides ? FinishReason.STOP : reason,
                        told),
                RateLimitStatus.UNKNOWN);
    }

    static String words(String line) {
        return line.substring("say ".length()).replace("\\n", "\n").replace("\\\\", "\\");
    }

    static TokenUsage usage(String line) {
        long[] counts =
                Stream.of(line.split(" ", 6)).skip(2).mapToLong(Long::parseLong).toArray();
        return new TokenUsage(counts[0], counts[1], counts[0] + counts[1], counts[2], counts[3], Extras.NONE);
    }
}

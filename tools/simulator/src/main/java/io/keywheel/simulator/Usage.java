package io.keywheel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/// The counts that come with an answer.
final class Usage {

    private Usage() {}

    static ObjectNode plain(Answers answers) {
        var usage = Json.object()
                .put("prompt_tokens", answers.promptTokens())
                .put("completion_tokens", answers.completionTokens())
                .put("total_tokens", answers.promptTokens() + answers.completionTokens());
        if (answers.reasoningTokens() > 0) {
            usage.putObject("completion_tokens_details").put("reasoning_tokens", answers.reasoningTokens());
        }
        return usage;
    }

    static ObjectNode groq(Answers answers) {
        long prompt = answers.promptTokens();
        long completion = 2L * answers.completionTokens();
        var usage = Json.object()
                .put("queue_time", 0.005)
                .put("prompt_tokens", answers.promptTokens())
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_tokens", answers.completionTokens())
                .put("completion_time", Stamp.seconds(completion))
                .put("total_tokens", answers.promptTokens() + answers.completionTokens())
                .put("total_time", Stamp.seconds(prompt + completion));
        if (answers.reasoningTokens() > 0) {
            usage.putObject("completion_tokens_details").put("reasoning_tokens", answers.reasoningTokens());
        }
        return usage;
    }

    static ObjectNode cerebras(Answers answers) {
        var usage = Json.object()
                .put("total_tokens", answers.promptTokens() + answers.completionTokens())
                .put("completion_tokens", answers.completionTokens());
        usage.putObject("completion_tokens_details")
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0)
                .put("reasoning_tokens", answers.reasoningTokens());
        usage.put("prompt_tokens", answers.promptTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0);
        return usage;
    }

    static ObjectNode cerebrasTimes(Answers answers, Stamp stamp) {
        long prompt = answers.promptTokens();
        long completion = answers.completionTokens();
        return Json.object()
                .put("queue_time", 0.004)
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_time", Stamp.seconds(completion))
                .put("total_time", Stamp.seconds(4 + prompt + completion))
                .put("created", BigDecimal.valueOf(stamp.at().toEpochMilli(), 3));
    }
}

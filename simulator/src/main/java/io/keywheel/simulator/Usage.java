package io.keywheel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/// The counts that come with an answer.
final class Usage {

    private Usage() {}

    static ObjectNode plain(Answer answer) {
        return Json.object()
                .put("prompt_tokens", answer.promptTokens())
                .put("completion_tokens", answer.completionTokens())
                .put("total_tokens", answer.promptTokens() + answer.completionTokens());
    }

    static ObjectNode groq(Answer answer) {
        long prompt = answer.promptTokens();
        long completion = 2L * answer.completionTokens();
        var usage = Json.object()
                .put("queue_time", 0.005)
                .put("prompt_tokens", answer.promptTokens())
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_tokens", answer.completionTokens())
                .put("completion_time", Stamp.seconds(completion))
                .put("total_tokens", answer.promptTokens() + answer.completionTokens())
                .put("total_time", Stamp.seconds(prompt + completion));
        if (!answer.reasoning().isEmpty()) {
            usage.putObject("completion_tokens_details")
                    .put("reasoning_tokens", answer.reasoning().size());
        }
        return usage;
    }

    static ObjectNode cerebras(Answer answer) {
        var usage = Json.object()
                .put("total_tokens", answer.promptTokens() + answer.completionTokens())
                .put("completion_tokens", answer.completionTokens());
        usage.putObject("completion_tokens_details")
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0)
                .put("reasoning_tokens", answer.reasoning().size());
        usage.put("prompt_tokens", answer.promptTokens());
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0);
        return usage;
    }

    static ObjectNode cerebrasTimes(Answer answer, Stamp stamp) {
        long prompt = answer.promptTokens();
        long completion = answer.completionTokens();
        return Json.object()
                .put("queue_time", 0.004)
                .put("prompt_time", Stamp.seconds(prompt))
                .put("completion_time", Stamp.seconds(completion))
                .put("total_time", Stamp.seconds(4 + prompt + completion))
                .put("created", BigDecimal.valueOf(stamp.at().toEpochMilli(), 3));
    }
}

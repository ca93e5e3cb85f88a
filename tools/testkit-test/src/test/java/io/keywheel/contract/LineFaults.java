package io.keywheel.contract;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.sdk.Format;
import java.util.Map;
import java.util.Map.Entry;

/// What a mutant removes from or changes in the JSON of a request or an answer.
final class LineFaults {

    /// For each check the expression that is replaced, and its replacement.
    private static final Map<String, Entry<String, String>> FAULTS = Map.ofEntries(
            // Requests
            fault("asks_for_a_stream_only_when_streaming", "\"stream\":false", "\"stream\":true"),
            fault("sends_the_text_of_every_message", "words-of-the-user-0", ""),
            fault("sends_text_unchanged", "🦊", ""),
            fault("sends_each_text_of_a_message", "second-words-of-ASSISTANT", ""),
            fault("sends_a_later_system_message", "words-of-the-later-system", ""),
            fault("sends_the_role_of_every_message", "\"assistant\"", "\"user\""),
            fault("sends_the_role_of_a_tool_result", "\"tool\"", "\"user\""),
            fault("sends_the_model_of_the_call", "another-model", ""),
            fault("carries_a_temperature_or_refuses_it", "temperature=[^,]*", "temperature=null"),
            fault("carries_a_temperature_above_one_or_refuses_it", "1\\.71875", "1"),
            fault("carries_a_temperature_of_zero_or_refuses_it", "temperature=0,", "temperature=null,"),
            fault("carries_a_bound_on_tokens_or_refuses_it", "maxTokens=\\d+(\\d{9})", "maxTokens=$1"),
            fault("carries_a_top_p_or_refuses_it", "topP=[^,]*", "topP=null"),
            fault(
                    "carries_top_p_distinct_from_temperature_or_refuses_it",
                    "temperature=null(.*)topP=([^,]*)",
                    "temperature=$2$1topP=null"),
            fault("carries_a_text_to_stop_at_or_refuses_it", ", STOP-THERE", ""),
            fault("carries_a_seed_or_refuses_it", "seed=\\d+(\\d{9})", "seed=$1"),
            fault("carries_several_choices_or_refuses_it", "choices=\\d+", "choices=null"),
            fault("carries_an_extra_or_refuses_it", "crystal_ball", ""),
            fault("carries_each_value_of_reasoning_effort_or_refuses_it", "low", "high"),
            fault("carries_each_value_of_response_format_or_refuses_it", "json_object", "text"),
            fault("carries_each_value_of_frequency_penalty_or_refuses_it", "=1\\.\\d+", "=1"),
            fault("carries_each_value_of_presence_penalty_or_refuses_it", "-0\\.\\d+", "0"),
            fault("carries_each_value_of_top_k_or_refuses_it", "17", "19"),
            fault("carries_each_value_of_top_logprobs_or_refuses_it", "top_logprobs=3", "top_logprobs=5"),
            fault("carries_each_value_of_logit_bias_or_refuses_it", ":7", ":9"),
            fault("carries_each_value_of_verbosity_or_refuses_it", "low", "high"),
            fault("carries_each_value_of_thinking_or_refuses_it", "thinking=[^]]*", ""),
            fault("carries_the_schema_of_a_response_format_or_refuses_it", "zeppelin", ""),
            fault("carries_the_name_of_a_user_or_refuses_it", "zebedee", ""),
            fault("carries_a_function_or_refuses_it", "look_down", "look_up"),
            fault("carries_the_description_of_a_function_or_refuses_it", "Looks it up", ""),
            fault("carries_the_schema_of_a_function_or_refuses_it", "zeppelin", ""),
            fault("carries_strict_of_a_function_or_refuses_it", "strict=true", "strict=false"),
            fault("carries_a_tool_of_another_kind_or_refuses_it", "divining_rod", ""),
            fault("carries_the_choice_of_a_function_or_refuses_it", "\"NONE\"", "\"AUTO\""),
            fault("carries_a_choice_of_another_kind_or_refuses_it", "pendulum", ""),
            fault("carries_the_arguments_of_a_call_or_refuses_it", "Bonn", ""),
            fault("carries_a_call_without_arguments_or_refuses_it", "look_up", ""),
            fault("carries_arguments_that_are_not_json_or_refuses_it", "drizzle", ""),
            fault("carries_a_call_of_another_kind_or_refuses_it", "divining_rod", ""),
            fault("carries_the_text_beside_a_call_or_refuses_it", "words-beside-the-call", ""),
            fault("carries_the_id_of_a_call_or_refuses_it", "ToolCall\\[id=[^,]*", "ToolCall[id="),
            fault("carries_the_result_of_a_function_or_refuses_it", "snow in Ulm", ""),
            fault("carries_each_text_of_a_tool_result_or_refuses_it", "rain in Ulm", ""),
            fault("carries_the_call_of_a_tool_result_or_refuses_it", "\"answers\":\"[^\"]*\"", "\"answers\":\"\""),
            fault("carries_the_failure_of_a_call_or_refuses_it", "\"failed\":true", "\"failed\":false"),
            // Answers
            fault("delivers_text_unchanged", "ż", "z"),
            fault("joins_the_parts_of_a_text", "two ", ""),
            fault("ignores_unknown_fields", "\"unheard\".*", "\"unheard\":true}"),
            fault("reads_null_as_no_text", "\"say\":null", "\"say\":\"null\""),
            fault("delivers_an_object_for_a_call_without_arguments", "\"[{}]+\"", "\"\""),
            fault("reads_a_stream_in_fragments_of_a_byte", "jäher", ""),
            fault("reads_a_stream_in_one_fragment", "three", ""),
            fault("reports_the_usage_of_an_answer", "3,2]", "0,0]"),
            fault("reports_the_finish_reason_of_an_answer", "CONTENT_FILTER", "STOP"),
            fault("accepts_empty_text_that_ended_by_length", "LENGTH", "STOP"),
            fault("accepts_empty_text_that_was_withheld", "CONTENT_FILTER", "STOP"),
            fault("rejects_empty_text_that_ended_by_stop", "STOP", "LENGTH"),
            fault("delivers_a_tool_call", "look_up", ""),
            fault("separates_parallel_tool_calls", "wire-call-1", "wire-call-0"),
            fault("numbers_the_tool_calls_of_each_stream_from_zero", "\"index\":1", "\"index\":2"),
            fault("delivers_text_beside_a_tool_call", "Hello", ""),
            fault("keeps_the_ids_of_tool_calls", "wire-call-", "call-"),
            fault("sends_the_id_and_name_of_a_streamed_tool_call_once", "\"name\":null", "\"name\":\"\""),
            fault("finishes_a_tool_call_with_tool_calls", "TOOL_CALLS", "STOP"),
            fault("keeps_reasoning_apart_from_text", "\"think\"", "\"say\""),
            fault("lists_models", "model-b", ""));

    private LineFaults() {}

    private static Entry<String, Entry<String, String>> fault(String check, String from, String to) {
        return entry(check, entry(from, to));
    }

    static JsonNode in(JsonNode json, Mutant mutant) {
        Entry<String, String> fault = mutant.check() == null ? null : FAULTS.get(mutant.check());
        return fault == null ? json : Format.json(json.toString().replaceAll(fault.getKey(), fault.getValue()));
    }
}

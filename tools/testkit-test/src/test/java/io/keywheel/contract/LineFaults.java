package io.keywheel.contract;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Map.Entry;

/// The text that a mutant removes from a request or changes.
final class LineFaults {

    /// For each check the expression that is replaced, and its replacement.
    private static final Map<String, Entry<String, String>> FAULTS = Map.ofEntries(
            fault("asks_for_a_stream_only_when_streaming", "streams false", "streams true"),
            fault("carries_a_temperature_or_refuses_it", "temperature=[^,]*", "temperature=null"),
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
            fault("carries_a_function_or_refuses_it", ", Function\\[name=look_down.*", "]"),
            fault("carries_the_description_of_a_function_or_refuses_it", "Looks it up", ""),
            fault("carries_the_schema_of_a_function_or_refuses_it", "zeppelin", ""),
            fault("carries_strict_of_a_function_or_refuses_it", "strict=true", "strict=false"),
            fault("carries_a_tool_of_another_kind_or_refuses_it", "divining_rod", ""),
            fault("carries_the_choice_of_a_function_or_refuses_it", "choice NONE", "choice AUTO"),
            fault("carries_a_choice_of_another_kind_or_refuses_it", "pendulum", ""),
            fault("carries_the_arguments_of_a_call_or_refuses_it", ", ToolCall\\[.*", "]"),
            fault("carries_the_id_of_a_call_or_refuses_it", "ToolCall\\[id=[^,]*", "ToolCall[id="),
            fault("carries_the_result_of_a_function_or_refuses_it", "snow in Ulm", ""),
            fault("carries_the_call_of_a_tool_result_or_refuses_it", "answers .*", "answers"),
            fault("carries_the_failure_of_a_call_or_refuses_it", "failed true", "failed false"));

    private LineFaults() {}

    private static Entry<String, Entry<String, String>> fault(String check, String from, String to) {
        return entry(check, entry(from, to));
    }

    static String in(String request, Mutant mutant) {
        Entry<String, String> fault = mutant.check() == null ? null : FAULTS.get(mutant.check());
        return fault == null ? request : request.replaceAll(fault.getKey(), fault.getValue());
    }
}

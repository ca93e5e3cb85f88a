/// An adapter for Gemini's own protocol.
module io.keywheel.examples.gemini {
    requires io.keywheel.adapter.sdk;

    provides io.keywheel.application.port.out.LlmProvider with
            io.keywheel.examples.gemini.Gemini;
}

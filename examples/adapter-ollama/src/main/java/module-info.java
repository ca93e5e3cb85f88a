/// An adapter for Ollama's own wire, as a team outside Keywheel writes one.
module io.keywheel.examples.ollama {
    requires io.keywheel.adapter.sdk;

    provides io.keywheel.application.port.out.LlmProvider with
            io.keywheel.examples.ollama.Ollama;
}

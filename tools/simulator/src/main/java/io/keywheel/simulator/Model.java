package io.keywheel.simulator;

/// A model as a provider lists it.
record Model(String id, String owner, int context, int output, boolean chats, boolean reasons) {

    static Model chatting(String id, String owner, int context, int output, boolean reasons) {
        return new Model(id, owner, context, output, true, reasons);
    }
}

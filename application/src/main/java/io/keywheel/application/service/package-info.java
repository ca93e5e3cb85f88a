/// The use case: one loop for all four forms of a chat. [Gateway] assembles it; start reading at [ChatService].
@NullMarked
package io.keywheel.application.service;

import org.jspecify.annotations.NullMarked;

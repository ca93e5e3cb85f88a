/// What an upstream says, made fit to be shown: for every adapter, ours and those of other makers.
@NullMarked
package io.keywheel.adapters.llm.mask;

import org.jspecify.annotations.NullMarked;

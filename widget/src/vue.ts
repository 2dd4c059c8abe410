import { defineComponent, onBeforeUnmount, onMounted, type PropType, shallowRef, watch } from "vue";
import type { Baton, BatonEvents } from "./baton.ts";
import { mount } from "./mount.ts";
import type { Options } from "./options.ts";

const any = (): true => true;
const emits: { [Event in keyof BatonEvents]: (detail: BatonEvents[Event]) => true } = {
  open: any,
  close: any,
  message: any,
  phase: any,
  unread: any,
  identity: any,
};

/** The chat for as long as this is mounted: `<BatonChat :options="{ site, bridge }" @message="…" />`. A template ref has `baton`. */
export const BatonChat = defineComponent({
  name: "BatonChat",
  props: { options: { type: Object as PropType<Options>, required: true } },
  emits,
  setup(props, { emit, expose }) {
    const baton = shallowRef<Baton | null>(null);
    expose({ baton });
    onMounted(start);
    onBeforeUnmount(stop);
    watch(
      () => JSON.stringify(props.options),
      () => (stop(), start()),
    );
    return () => null;

    function start(): void {
      const mounted = mount(props.options);
      baton.value = mounted;
      for (const event of Object.keys(emits) as (keyof BatonEvents)[])
        mounted.on(event, (detail) => emit(event as "message", detail as never)); // each with its own detail
    }
    function stop(): void {
      baton.value?.destroy();
      baton.value = null;
    }
  },
});

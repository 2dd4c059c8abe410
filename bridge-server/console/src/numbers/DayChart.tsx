/** A part of each bar. The first stands at the bottom. */
export interface Series<Day> {
  name: string;
  /** What it is drawn like, in the style sheet's words. */
  look: string;
  valueOf(day: Day): number;
}

interface Props<Day> {
  title: string;
  days: { day: string; told: Day | null }[];
  series: Series<Day>[];
  /** How a value is written. */
  write(value: number): string;
}

const WIDTH = 720;
const HEIGHT = 196;
/** Room for what is written at the edges, which is larger on a phone. */
const [LEFT, BOTTOM, TOP] = [56, 34, 18];

/** A bar for each day. It is a picture of the table that stands beside it: whoever does not see it misses nothing. */
export function DayChart<Day>({ title, days, series, write }: Props<Day>) {
  const valuesOf = (told: Day | null) => series.map(({ valueOf }) => (told === null ? 0 : valueOf(told)));
  const most = Math.max(...days.map(({ told }) => sum(valuesOf(told))));
  const top = niceAbove(most);
  const step = (WIDTH - LEFT) / days.length;
  const heightOf = (value: number) => (value / top) * (HEIGHT - TOP - BOTTOM);
  const every = Math.ceil(days.length / 7);
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        {series.length > 1 &&
          series.map(({ name, look }) => (
            <span key={name} class={`key ${look}`}>
              {name}
            </span>
          ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${title}, day by day: the table below says the same`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part} class="axis">
            <line x1={LEFT} x2={WIDTH} y1={HEIGHT - BOTTOM - heightOf(part * top)} y2={HEIGHT - BOTTOM - heightOf(part * top)} />
            <text x={LEFT - 6} y={HEIGHT - BOTTOM - heightOf(part * top) + 4} text-anchor="end">
              {write(part * top)}
            </text>
          </g>
        ))}
        {days.map(({ day, told }, n) => {
          const values = valuesOf(told);
          return (
            <g key={day}>
              <title>{`${dayName(day)}: ${series.map(({ name }, at) => `${name} ${write(values[at] ?? 0)}`).join(", ")}`}</title>
              <rect class="day" x={LEFT + n * step} y={TOP} width={step} height={HEIGHT - TOP - BOTTOM} />
              {values.map((value, at) => (
                <rect
                  key={series[at]?.name}
                  class={series[at]?.look}
                  x={LEFT + n * step + step * 0.15}
                  y={HEIGHT - BOTTOM - heightOf(sum(values.slice(0, at + 1)))}
                  width={step * 0.7}
                  height={heightOf(value)}
                />
              ))}
              {n % every === 0 && (
                <text class="tick" x={LEFT + n * step + step / 2} y={HEIGHT - 6} text-anchor="middle">
                  {dayName(day)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** A day of UTC as this browser writes it. */
export function dayName(day: string): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });
}

/** The end of an axis that a person can halve. */
function niceAbove(value: number): number {
  if (value <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((times) => times * power).find((end) => end >= value) ?? value;
}

const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);

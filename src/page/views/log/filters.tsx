// The filter of the log: what is chosen stands in the address, so that it can be kept and sent.
import { useShell } from '../../hooks/shell.ts';
import { goTo } from '../../hooks/use-route.ts';
import type { FilterParams } from '../../model/log-filter.ts';
import { Button } from '../../parts/button.tsx';
import { Field, Select } from '../../parts/field.tsx';
import { useState } from '../../preact.ts';

/** The filter. */
export function Filters({ params }: { readonly params: FilterParams }) {
  const { words, status } = useShell();
  const [chosen, setChosen] = useState<FilterParams>(params);
  const put = (key: string) => (value: string) => setChosen((before) => ({ ...before, [key]: value }));
  const text = words.log;
  const vlans = (status?.vlans ?? []).map(({ name }) => ({ value: name, label: name }));
  return (
    <details class="card log-filter" open={Object.keys(params).length > 0}>
      <summary>{text.filter}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          goTo('log', chosen);
        }}
      >
        <Select
          label={text.vlan}
          value={chosen['vlan'] ?? ''}
          onValue={put('vlan')}
          options={[{ value: '', label: text.all }, ...vlans]}
        />
        <Field label={text.client} value={chosen['client'] ?? ''} onValue={put('client')} isCode />
        <Field
          label={text.name}
          value={chosen['name'] ?? ''}
          onValue={put('name')}
          hint={text.nameHint}
          isCode
        />
        <Select
          label={text.verdict}
          value={chosen['blocked'] ?? ''}
          onValue={put('blocked')}
          options={[
            { value: '', label: text.all },
            { value: 'true', label: text.blocked },
            { value: 'false', label: text.notBlocked },
          ]}
        />
        {(['since', 'until'] as const).map((key) => (
          <Field
            key={key}
            label={text[key]}
            type="datetime-local"
            value={chosen[key] ?? ''}
            onValue={put(key)}
          />
        ))}
        <div class="buttons">
          <Button type="submit" kind="primary">
            {text.apply}
          </Button>
          <Button onClick={() => goTo('log')}>{text.clear}</Button>
        </div>
      </form>
    </details>
  );
}

// Home, the parent's page: every VLAN as a card.
import { Heading } from '../parts/heading.tsx';
import { Busy } from '../parts/states.tsx';
import { useShell } from '../hooks/shell.ts';

/** Home. */
export function Home() {
  const { words, status } = useShell();
  return (
    <>
      <Heading text={words.home.title} />
      {status === undefined ? <Busy /> : status.vlans.map(({ name }) => <h2 key={name}>{name}</h2>)}
    </>
  );
}
